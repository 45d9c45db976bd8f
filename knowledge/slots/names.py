"""Names of contact persons and companies as people introduce them: 我叫…, 联系人王女士, …有限公司, 我是…集团的.

Only what is introduced as a name is taken for one; asked for a name, a form takes the whole short answer.
"""

from __future__ import annotations

import re

from knowledge.text import fold

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺顾毛郝龚邵万钱严武戴莫孔向汤常温康施文牛樊葛邢安齐易乔庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁"
    "尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁房滕屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫柏宗桂全"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|尉迟|皇甫|令狐|司徒|慕容|夏侯"
_TITLES = "先生|女士|小姐|经理|总监|主任|总经理|董事长|工程师|工|总|老师|博士|教授|律师|部长|厂长"
_NAME = rf"(?:{_COMPOUND}|[{_SURNAMES}])(?:某某?|[\u4e00-\u9fff]{{1,2}}?)"
_TITLED = rf"(?:{_COMPOUND}|[{_SURNAMES}])[\u4e00-\u9fff]{{0,2}}?(?:{_TITLES})"
_LETTER = "a-zà-öø-ÿ"
_LATIN = rf"[{_LETTER}][{_LETTER}.'-]{{1,20}}(?: [{_LETTER}][{_LETTER}.'-]{{1,20}}){{0,2}}"
_END = r"(?=$|[,。;、!\s\d(:]|电话|手机|联系|微信|邮箱|公司|我们|是|想|要|来自|做)"
_INTRODUCED = re.compile(
    rf"(?:我(?:的名字)?叫|我名叫|名字(?:叫|是)|姓名(?:是|:|为)?|联系人(?:是|叫|:|为)?|称呼我?|叫我|我是|本人)\s*(?P<name>{_TITLED}|{_NAME}{_END}|{_LATIN}{_END})"
)
_SURNAME_ONLY = re.compile(rf"(?:我|免贵|本人)?姓(?P<name>{_COMPOUND}|[{_SURNAMES}]){_END}")
_OF_COMPANY = re.compile(rf"的(?P<name>{_TITLED})(?=$|[,。;、!\s\d])")
_LEADING = re.compile(rf"^(?P<name>{_TITLED})(?=[,。;\s\d])")
_COMPANY_END = r"(?:有限责任公司|股份有限公司|集团有限公司|有限公司|分公司|子公司|总公司|集团|公司|研究院|事务所|合作社|工厂|厂|商会|协会|株式会社)"
_NO_COMPANY = r"(?:我们|我|咱们|你们|贵|本|这个|那个|该|一家|外资|新|注册|成立|设立|开|办|家|小|大|上市|母|子|分|合资|独资|台资|港资|软件|科技)?"
_COMPANY = re.compile(rf"[\u4e00-\u9fffa-z0-9()·&-]{{2,30}}?{_COMPANY_END}(?![\u4e00-\u9fff]*(?:注册|登记)流程)")
_BEFORE_COMPANY = re.compile(
    r"^.*?(?:我们公司(?:名)?(?:叫|是)|公司(?:名称?)?(?:叫|是|:|为)|单位(?:是|:|为)?|来自|我们是|我们|我是|代表|这里是|这边是|在|是|叫)"
)
_OF = re.compile(r"我(?:们)?(?:是|来自|在)(?P<name>[\u4e00-\u9fffa-z0-9]{2,20}?)(?:的|工作|上班)(?=$|[,。;、!\s])")
_CALLED = re.compile(
    r"(?:我们公司(?:名)?|公司(?:名称?)?|单位(?:名称?)?|企业名称?)(?:叫做?|是|:|为)\s*(?P<name>[\u4e00-\u9fffa-z0-9()·&. -]{2,40})(?=$|[,。;!])"
)


def person(text: str) -> str:
    """The name a contact person is introduced with, or an empty string."""
    folded = fold(text)
    for pattern in (_INTRODUCED, _SURNAME_ONLY, _OF_COMPANY, _LEADING):
        if match := pattern.search(folded):
            return match["name"].strip()
    return ""


def titled(text: str) -> str:
    """A short message that is nothing but a surname with a title (王女士, 李总), or an empty string."""
    folded = fold(text).strip(" 。.,!")
    return folded if re.fullmatch(_TITLED, folded) else ""


def company(text: str) -> str:
    """The name a company is introduced with, or an empty string; descriptions (一家外资公司) are no names."""
    folded = fold(text)
    if match := _CALLED.search(folded):
        return match["name"].strip()
    for match in _COMPANY.finditer(folded):
        name = _BEFORE_COMPANY.sub("", match.group(0))
        bare = re.sub(rf"{_COMPANY_END}$", "", name)
        if (
            len(bare) >= 2
            and not bare.endswith("的")
            and not re.match(r"一家|做|搞|生产|某家", bare)
            and not re.fullmatch(_NO_COMPANY, bare)
            and not re.search(r"[吗呢怎多几哪谁什么]|注册|办理|成立|想|要", bare)
        ):
            return name
    return ""
