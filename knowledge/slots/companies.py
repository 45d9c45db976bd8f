"""Names of companies in a folded text: …有限公司 wherever it stands, …集团 and …厂 where somebody says they are his.

A name is a place, a word of its own, a trade and a legal form; a place and a trade without a word of its own (济南食品厂,
香港公司) describe a company and do not name it. All reading goes back from a legal form over a few characters, so that
it takes time linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

import msgspec

_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_CHARACTER = rf"{_HAN}a-z0-9&·・.'-"
_LONGEST = 40
_FORM = re.compile(
    r"(?:\((?:集团|控股|中国)\))?(?:集团)?(?:股份有限公司|有限责任公司|有限公司|责任公司|有限合伙(?:企业)?|\((?:有限|普通)合伙\)|个人独资企业|株式会社|股份公司)"
)
"""Legal forms: what stands before one of them names a company."""
_LATIN_FORM = re.compile(
    r"(?<![a-z])(?:co\.?,? ?ltd|ltd|inc|llc|gmbh|corp|corporation|limited|ag|s\.?a\.?|plc|pte)(?![a-z])\.?"
)
_WEAK_FORM = re.compile(
    r"集团公司|分公司|子公司|总公司|集团|公司|研究院|研究所|设计院|事务所|合作社|商会|协会|学会|基金会|联合会|工作室|工厂|(?:药|酒|纸|钢|电|化工|机械|食品|设备|服装|家具|模具|器械)?厂|商行|贸易行|经营部|医院|学校|大学|学院|银行|酒店|中心"
)
_BRANCH = re.compile(rf"[{_HAN}]{{2,12}}?(?:分公司|子公司|办事处|分院|分所|分厂|代表处)")
_INTRODUCED = re.compile(
    r"(?:我们?(?:这边|这里)?(?:公司|单位|企业|集团|厂)(?:的?(?:名称?|名字|全称))?(?:叫做?|是|为|:)|(?:公司|单位|企业)(?:的?(?:名称?|名字|全称))?(?:叫做?|是|为|:|改[成为]|变更为|换成|应该是|应为)"
    r"|我们?(?:这边|这里)?是|我们?(?:来自|代表|在|就职于|任职于|供职于)|来自|代表|这[里边]是|[我敝]司(?:[是为叫]|名称[是为]?)|本(?:公司|企业|单位)(?:[是为叫]|名称[是为]?)|就职于|任职于|供职于|受雇于|工作单位是?:?)\s?"
)
_CALLED = re.compile(
    rf"(?:我们?公司(?:名|全称)?|公司(?:名称?|全称)?|单位(?:名称?|全称)?|企业(?:名称?|全称))(?:叫做?|是|为|:)\s?(?P<name>[{_HAN}a-z0-9()·&. -]{{2,40}})(?=$|[,。;!])"
)
_CUT = re.compile(
    r"我们公司(?:名称?)?(?:叫做?|是|为|:)?|公司(?:名称?|全称)?(?:叫做?|是|为|:|改[成为]|变更为)|单位(?:名称?)?(?:叫|是|为|:)|企业(?:名称?)?(?:叫|是|为|:)|改[成为]|变更为|换成|应该是|应为"
    r"|[我敝]司(?:[是为叫]|名称[是为]?)?|本(?:公司|企业|单位)(?:[是为叫]|名称[是为]?)?|我们?(?:这边|这里)?是|来自|这[里边]是|就职于|任职于|供职于|代表|叫做|名[叫为]|我们?在|我们(?=.{4})|(?:成立|设立|注册|收购|并购|开办|创办|新设|投资|控股|参股)了?(?:一家|一个)?"
    r"|一家|某家|这家|那家|贵公司|由于|关于|以及|或者|还有|是否|什么|哪[个家些]|多少|怎么|如何|能否|请问|想问|咨询|介绍|联系|委托|合作|推荐|公司[和与跟或及、]?"
)
_FIRST = re.compile(
    r"(?:受|由|在|是|叫|跟|和|与|找|从|给|替|为|被|以|把|让|请|对|向|到|去|问|帮|查|听|及|或|经|将|的|我|有|想|要|来|了|说|看)(?=.{2})"
)
_NO_NAME = re.compile(
    r"[吗呢怎几哪谁么啥?我你他她的了没做搞找租想看约查这那些在]|多少|一家|某[家个]|登记|一下|都是|注册|办理|成立|设立|开办|新建|[建办开设盖]厂|落户|落地|入驻|打算|计划|准备|有没有|可以|能不能|公司|有限|有(?!色|机|光|研)|要(?!德)"
)
"""No name of a company holds these."""
_VERB = re.compile(
    r"^[来去到在建办开设盖投]|建(?![材筑工设])|[办盖]|开(?![发元创拓源])|设(?![备计施])|[来去到在订]|(?:医院|学校|大学|学院|银行|酒店|中心)$"
)
"""Nor does one that nothing introduces hold these."""
_PLACE = (
    "中国|香港|澳门|台湾|新加坡|日本|韩国|德国|美国|英国|法国|意大利|瑞士|荷兰|欧洲|亚洲|全球|国际|海外|境外|国外|国内|外国|外地|本地|当地|老家"
    "|北京|上海|天津|重庆|山东|河北|河南|山西|陕西|江苏|浙江|安徽|福建|江西|湖北|湖南|广东|广西|海南|四川|贵州|云南|辽宁|吉林|黑龙江|甘肃|青海|内蒙古?|新疆|西藏|宁夏"
    "|济南|青岛|烟台|潍坊|淄博|临沂|济宁|泰安|威海|德州|聊城|滨州|菏泽|枣庄|日照|东营|兰州|广州|深圳|杭州|南京|苏州|无锡|宁波|成都|武汉|西安|郑州|合肥|厦门|福州|长沙|沈阳|大连|哈尔滨|长春|石家庄|太原|昆明|贵阳|南宁|南昌|海口"
    "|历下|历城|市中|槐荫|天桥|长清|章丘|济阳|莱芜|钢城|平阴|商河|高新|起步|新旧动能转换|经济|开发|示范|自贸|保税|综保|产业园|工业园|科技园|园区|新区|城区|片区|[东南西北中]部|标准|大学城|[省市区县镇乡村]"
)
_TRADE = (
    "科技|技术|信息|软件|网络|互联网|数据|数字|智能|电子|电器|电气|电力|通信|通讯|贸易|商贸|外贸|进出口|跨境|电商|电子商务|食品|饮料|酒业|农业|农产品|生物|医药|制药|药业|药|中药|医疗|器械|健康|康养|养老|保健|环保|节能|能源|新能源|光伏|风电|储能|氢能"
    "|材料|新材料|化工|化学|塑料|橡胶|钢铁|金属|五金|机械|机床|重工|装备|设备|仪器|仪表|模具|汽车|新能源车|整车|零部件|配件|航空|航天|船舶|铁路|物流|运输|仓储|快递|供应链|建筑|建材|装饰|装修|房地产|地产|置业|物业|工程|设计|咨询|管理|服务|文化|传媒|广告|旅游|酒店|餐饮"
    "|教育|培训|投资|金融|基金|保险|证券|银行|创投|融资|租赁|担保|资产|资本|控股|实业|产业|发展|开发|制造|加工|生产|研发|检测|认证|印刷|包装|纺织|服装|服饰|家具|家居|玩具|珠宝|化妆品|日化|芯片|晶圆|半导体|集成电路|激光|机器人|污水|垃圾|焚烧|水务|热力|燃气|水泥|玻璃|陶瓷|造纸|面粉|饲料|种业|养殖|屠宰|口罩"
    "|外资|内资|中资|合资|独资|国有|民营|私营|台资|港资|日资|德资|美资|上市|跨国|大型|中型|小型|中小|小微|高科技|专业|代理|中介|猎头|招商|人力资源|劳务|会计师?|税务师?|律师|知识产权|专利|行业|企业|总部|分部|母|子|分|总|贵|本|该|新|老|大|小|整|家|公|标准|有限|责任|股份|集团|公司|世界|[0-9]+强?|[一二三四五六七八九十百千]+强|外商|普通|一般|正规|知名|著名|精密|零件|事业|单位|机关|政府|部门|民企|国企|央企|外企|个体|工商户|户|创业|初创|团队|独角兽|专精特新|未|还|刚|已|强|创新|工业|商业|商务|研究|综合|全资|控股|朋友|客户|自己|上级|下级|当年|其他|其它"
)
_GENERIC = re.compile(rf"(?:{_PLACE}|{_TRADE}|[与和及·&.\-\s])")
_OWNED = "外资|内资|中资|合资|独资|国有|民营|私营|台资|港资|日资|德资|美资|全资|上市|跨国|母|子|分|总"
_PLACE_AND_TRADE = re.compile(rf"(?:{_PLACE}){{1,4}}(?!(?:{_OWNED})+$)[{_HAN}]{{2,}}")
"""A place and a trade are a name where a legal form stands behind them."""
_SHORTEST, _MOST, _MOST_FORMS = 2, 30, 40


class Company(msgspec.Struct, frozen=True):
    """Where the name of a company stands."""

    start: int
    end: int


def companies(text: str) -> list[Company]:
    """All companies that a folded text names, up to a number that no message holds."""
    found = list[Company]()
    for company in chain(_called(text), _of_form(text), _of_weak_form(text), _latin(text)):
        if not any(company.start < other.end and other.start < company.end for other in found):
            found.append(company)
        if len(found) == _MOST:
            break
    return sorted(found, key=lambda company: company.start)


def _called(text: str) -> Iterator[Company]:
    for match in _CALLED.finditer(text):
        name = match["name"].strip()
        if not _NO_NAME.search(name) and _own(name):
            start = match.start("name")
            yield Company(start, start + len(name))


def _of_form(text: str) -> Iterator[Company]:
    for form in islice(_FORM.finditer(text), _MOST_FORMS):
        start = _begin(text, form.start())
        if form.start() - start < _SHORTEST or _NO_NAME.search(text, start, form.start()):
            continue
        name = text[start : form.start()]
        if not _own(name) and not _PLACE_AND_TRADE.fullmatch(name):
            continue
        branch = _BRANCH.match(text, form.end())
        yield Company(start, branch.end() if branch else form.end())


def _of_weak_form(text: str) -> Iterator[Company]:
    for form in islice(_WEAK_FORM.finditer(text), _MOST_FORMS):
        if not _ends(text, form.end()):
            continue
        begin = _run(text, form.start())
        start = _introduced(text, begin, form.start())
        whole = start < 0 and _is_whole(text, begin, form.end()) and not _VERB.search(text[begin : form.end()])
        start = begin if whole else start
        if start < 0 or _NO_NAME.search(text, start, form.start()):
            continue
        if len(_own(text[start : form.start()])) >= _SHORTEST:
            yield Company(start, form.end())


def _latin(text: str) -> Iterator[Company]:
    for form in _LATIN_FORM.finditer(text):
        before = text[max(0, form.start() - _LONGEST) : form.start()]
        if name := re.search(r"(?:[a-z][a-z0-9&'-]{1,20}\.?,? ){1,5}$", before):
            words = re.split(
                r"(?:^|(?<=[\s,]))(?:from|is|at|of|for|with|called|named|we are|is|represent|a|an|the|in|our|my)\s",
                name.group(0),
            )
            if words[-1].strip(" ,") and words[-1].strip(" ,") not in _LATIN_GENERIC:
                yield Company(form.start() - len(words[-1]), form.end())


_LATIN_GENERIC = frozenset(
    "company our the my a foreign german japanese american chinese tech software food trading new local".split()
)


def _run(text: str, end: int) -> int:
    """Where the characters that a name may have begin, going back from its legal form."""
    match = re.search(rf"(?:\([{_HAN}]{{2,6}}\)|[{_CHARACTER}])*$", text[max(0, end - _LONGEST) : end])
    return end - len(match.group(0)) if match else end


def _begin(text: str, end: int) -> int:
    """Where a name begins: behind the last words that lead up to it and leave a word of its own."""
    start = _run(text, end)
    for cut in _CUT.finditer(text, start, end):
        if end - cut.end() >= _SHORTEST and _own(text[cut.end() : end]):
            start = cut.end()
    while (first := _FIRST.match(text, start, end)) and end - first.end() >= _SHORTEST:
        start = first.end()
    return start


def _introduced(text: str, begin: int, end: int) -> int:
    """Where a name begins that is introduced as somebody's own; -1 where nothing introduces it."""
    last = -1
    for match in _INTRODUCED.finditer(text, max(0, begin - 2), end - 1):
        last = match.end()
    return last


def _is_whole(text: str, start: int, end: int) -> bool:
    return not text[:start].strip(" ,。!") and not text[end:].strip(" ,。!")


def _ends(text: str, at: int) -> bool:
    return not re.match(rf"[{_HAN}a-z]", text[at : at + 1]) or bool(
        re.match(
            r"的|委托|工作|上班|任职|任|想|要|来|总经理|董事长|负责|电话|联系|做|在|现|目前|打算|准备|计划|希望|有",
            text[at : at + 3],
        )
    )


def _own(name: str) -> str:
    """What of a name is left beside places and trades."""
    return _GENERIC.sub("", name.replace("(", "").replace(")", ""))
