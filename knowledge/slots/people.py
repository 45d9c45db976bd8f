"""Names of persons in a folded text, found from what introduces them: 我叫…, 我姓…, 联系人王女士, 我是示例公司的王芳.

"我叫" introduces a name whatever it is, up to where the sentence goes on: 次仁旺姆, 约翰·史密斯, 𠮷永健. A weaker word
("我是") introduces one only where it looks like one. All reading goes forward from an introduction over a few
characters, so that it takes time linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

import msgspec

from knowledge.slots.surnames import RARE, WORDS, length

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_DOT = "·・•‧∙"
_SURE = re.compile(
    r"(?<![帮给替为让请叫对])我(?:的(?:名字|全名|姓名|大名))?叫(?:做|作)?|(?:我|本人|老板|负责人)名叫|(?:我|我的|本人|本人的|他的|她的)(?:名字|全名|大名)(?:是|为|:)"
    r"|(?<![\u4e00-\u9fff])(?:名字|全名|大名)(?:叫做?|是|为|:)|姓名(?:叫|是|为|:)|联[系络]人(?:姓名)?(?:叫|:)|[收寄]件人:|署名:|my name(?:'s| is)|(?<![a-z])name:"
)
_WEAK = re.compile(
    r"我(?:就|这边|这里)?是|这[里边]是|本人|鄙人|叫我|喊我|称呼(?:我|我为|为|是)?:?|联[系络]人?(?:是|为)?|负责人(?:是|叫|:)?|经办人(?:是|:)?|姓名"
    r"|法人(?:代表)?(?:是|叫|:)?|老板(?:是|叫)|(?<![a-z])(?:i am|i'm|this is)"
)
_SURNAME = re.compile(r"(?<![百同])(?:(?P<own>我|免贵|敝|鄙|本人|小弟)\s?)?姓(?![名氏什啥甚])")
_TO_REST = re.compile(r"[\s:\"'“”‘’「」《]{0,3}")
_GOES_ON = re.compile(
    r"想[问要投看来了在去咨建办找知请把落开做租买考跟和]|要[问投来在咨建去找登开办]|来[自济兰咨问了考看]|有[个一家项意块什没兴]|是[做一山济兰北上来我搞个公某负这在]"
    r"|[做搞][a-z0-9\u4e00-\u9fff]{1,10}的|在[\u4e00-\u9fff]{1,8}[做工上开办建]|电话|手机|联系|微信|薇信|加[微薇vw]|邮箱|号码|公司|单位|我|目前|现在|今年|今天|明天|准备|打算|计划|希望|麻烦"
    r"|请|负责|从事|代表|担任|咨询|了解|关于|就职|任职|就[行好成可]|即可|谢谢|多谢|拜托|[您你]好|住在?|家住|身份证|护照|职务|职位|幺|[零〇一二三四五六七八九]{3}|不[是姓叫]|男|女(?!士)|先生|女士|小姐|老师|经理|总监"
)
_PASSES = re.compile(r"[想要在来从有是做搞问和跟与的说也刚就还给帮能会对打这那](?=.)")
_PARTICLE = re.compile(rf"[啊呀哦呢吧嘛哟噢啦咯哈的吗么](?![{_HAN}{_DOT}])")
_DOTTED = re.compile(rf"[{_HAN}]{{1,10}}(?:[{_DOT}][{_HAN}]{{1,10}}){{1,4}}")
_LETTER = "a-zà-öø-ÿ"
_LATIN = re.compile(
    rf"[{_LETTER}][{_LETTER}.'-]{{0,20}}(?:,? [{_LETTER}][{_LETTER}.'-]{{0,20}}){{0,3}}(?![{_LETTER}@\d_])"
)
_NO_LATIN = frozenset(
    "a an the from at in on of with and i we my you to for here not very so also just new based sorry now is are am "
    "ceo cfo coo cto cmo hr it ai vp pm boss manager director founder investor engineer owner company business chinese "
    "german american japanese foreign local looking interested fine good ok sure hi hello want would need have only really quite totally still already always currently happy glad afraid aware just nonsense".split()
)
_NOBODY = re.compile(
    r"[你您他她它咱我谁啥辆份些]|什么|甚么|人(?!$)|大家|别[人的]|没|不|了|过|着|一[个下声家]|这|那|几|朋友|同[事学行]|助理|秘书|客服|员工|司机|财务|公司"
    r"|家[人里]|快递|外[卖地]|货|车|出租|滴滴|保[安洁]|师傅|停|苦|好|板|喊|得|出|上|下[次回个]|起来|醒|价|早|号|名字|姓名|怎|哪|多少|如何|登|来|去|做|啥"
)
"""With these begins what is called or done, not how somebody is called: 我叫你登记, 我叫外卖."""
_KIND = re.compile(r"[人区市县省厂家方商户企员者部局店园镇村路网]$")
_TITLES = (
    "副总经理|总经理|副总裁|总裁|董事长|副董事长|秘书长|工程师|合伙人|先生|女士|小姐|太太|夫人|老师|经理|总监|主任|主管|部长|厂长|院长|校长|所长|局长|处长|科长|书记"
    "|博士|教授|律师|会计|助理|秘书|师傅|老板|队长|店长|行长|社长|会长|阿姨|大姐|大哥|大叔"
)
_TITLED = re.compile(rf"(?:{_TITLES})")
_SHORT = frozenset("总工董姐哥叔姨兄")
_OF_GENDER = ("先生", "女士", "小姐", "太太", "夫人")
_FAMILIAR = re.compile(r"[小老阿大](?![板师公家众])")
_FAMILIARLY = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭罗梁宋郑谢韩唐冯董程曹袁邓许沈曾彭吕苏卢蒋蔡丁魏薛叶潘杜戴夏田任姜范方石姚谭廖邹熊孔"
)
_CLAUSE = re.compile(r"[,。;!?]")
_SPEAKS = re.compile(r"我们?(?:这边)?是|来自|这[里边]是|代表")
_NEVER = frozenset("吗么呢吧啥们您你我他她它这那哪给的是让找跟说把被及或")
"""No given name holds these."""
_BEHIND_SHORT = frozenset(
    "说的吗在好您你打想要来给那回让问和跟聊看登谈讲约是有发接啊呢吧就联电手微留也都还这到去今明请帮处"
)
"""May stand behind a title of one character; what else does makes a word of it: 工业, 总部."""
_SPEAKERS = re.compile(r"(?:找|让|请|和|跟|与|给|问|约|见|我们|咱们?|对接|转|叫|联系|替|帮|代|[^\u4e00-\u9fff]|^)$")
_CALLED = re.compile(
    r"[车来](?:过[来去]|[来去到]了|来接)|公司|别人|都[是不]|能不能|能否|有[人没]|从[来没][没不就都]|和[你他她我您谁]|经[理常销]|全[部体都]|后[来面]|家[人里]|国家|通[知过]"
)
"""With these begins what is done, though a surname stands first."""
_SUFFIXES = frozenset("业类型级性化的种款机器线品料材车工行组科处室院校站港团队会所班届")
_BACK, _MOST, _USUAL, _CERTAINLY = 40, 50, 4, 3
_RARE_HAN = re.compile(rf"[{_HAN}]")


class Name(msgspec.Struct, frozen=True):
    """Where a name stands; not `certain` where the sentence goes on without saying where the name ends."""

    start: int
    end: int
    certain: bool = True


def people(text: str) -> list[Name]:
    """All persons that a folded text introduces, the plainest introduction first."""
    found = list[Name]()
    for name in chain(_introduced(text), _surnames(text), _of_companies(text), _leading(text)):
        if not any(name.start < other.end and other.start < name.end for other in found):
            found.append(name)
        if len(found) == _MOST:
            break
    return found


def addressed(text: str) -> list[Name]:
    """Everybody who is spoken of with a title, introduced or not: 请让张经理回电."""
    return [
        Name(at, end)
        for at in range(len(text))
        if length(text, at)
        and (end := title_end(text, at))
        and (_SPEAKERS.search(text[max(0, at - 3) : at]) or text[at + 1 : end] in _OF_GENDER)
    ]


def title_end(text: str, at: int) -> int:
    """Where a surname with a title that begins at a place ends; 0 where there is none."""
    if not (many := length(text, at)) or (many == 1 and text[at] in RARE):
        return 0
    for given in (0, 1, 2):
        behind = at + many + given
        name = text[at:behind]
        if given and (not _is_han(text[behind - 1 : behind]) or text[behind - 1] in _NEVER):
            return 0
        title = _TITLED.match(text, behind)
        short = not title and not given and text[behind : behind + 1] in _SHORT and _stops(text, behind + 1)
        end = title.end() if title else behind + 1 if short else 0
        if not end or text[at:end] in WORDS:
            continue
        if title and title.group(0) in _OF_GENDER:
            return end
        if not (name in WORDS or text[at : at + many + 1] in WORDS) or not given:
            return end
    return 0


def _stops(text: str, at: int) -> bool:
    return at >= len(text) or not _is_han(text[at]) or text[at] in _BEHIND_SHORT


def stands_alone(text: str) -> bool:
    """Whether a short text is nothing but the name of a Chinese person or a surname with a title."""
    if title_end(text, 0) == len(text) > 0 or (len(text) == 2 and text[0] in "小老" and text[1] in _FAMILIARLY):
        return True
    many = length(text, 0)
    whole = many > 0 and many < len(text) <= many + 2 and all(map(_is_han, text)) and not _NEVER & {*text[many:]}
    whole = whole and (many > 1 or text[:2] not in WORDS)
    return (whole and _looks_like_one(text, _CERTAINLY)) or bool(_DOTTED.fullmatch(text))


def _introduced(text: str) -> Iterator[Name]:
    for cue in _SURE.finditer(text):
        at = _skipped(text, cue.end())
        if name := _titled(text, at) or _plain(text, at, sure=True) or _latin(text, at):
            yield name
    for cue in _WEAK.finditer(text):
        at = _skipped(text, cue.end())
        if (name := _titled(text, at) or _plain(text, at, sure=False) or _familiar(text, at, cue.group(0))) or (
            cue.group(0) != "联系" and (name := _latin(text, at)) and _is_told(text, name, cue.group(0))
        ):
            yield name


def _skipped(text: str, at: int) -> int:
    match = _TO_REST.match(text, at)
    return match.end() if match else at


def _titled(text: str, at: int) -> Name | None:
    end = title_end(text, at)
    return Name(at, end) if end else None


def _ends(text: str, at: int) -> int:
    """How surely a name ends at a place: 3 nothing more of it can follow, 2 and 1 the sentence goes on, 0 not at all."""
    if at >= len(text) or not (_is_han(text[at]) or text[at] in _DOT) or _PARTICLE.match(text, at):
        return 3
    return 2 if _GOES_ON.match(text, at) else 1 if _PASSES.match(text, at) else 0


def _best(text: str, at: int, lengths: range) -> int:
    """The shortest length behind which the sentence plainly ends or goes on, else where it may; 0 where nowhere."""
    passing = 0
    for many in lengths:
        if not _all_han(text, at, many) or text[at + many - 1] in _NEVER:
            break
        surely = _ends(text, at + many)
        if surely > 1:
            return passing if passing and many > _USUAL else many
        passing = passing or (many if surely else 0)
    return passing


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or (bool(char) and char > "\u33ff" and bool(_RARE_HAN.match(char)))


def _all_han(text: str, at: int, many: int) -> bool:
    return at + many <= len(text) and all(map(_is_han, text[at : at + many]))


def _plain(text: str, at: int, *, sure: bool) -> Name | None:
    """A name in Chinese characters that begins at a place."""
    if dotted := _DOTTED.match(text, at):
        return Name(at, _dotted_end(text, dotted))
    many = length(text, at)
    if not many:
        best = _best(text, at, range(2, 7)) if sure and not _NOBODY.match(text, at) else 0
        return Name(at, at + best) if best else None
    best = _best(text, at, range(many + 1, many + 3))
    name = text[at : at + best]
    if not sure:
        return Name(at, at + best) if best and _looks_like_one(name, _ends(text, at + best)) else None
    if many == 1 and _CALLED.match(text, at):
        return None
    if best:
        return Name(at, at + best) if name not in WORDS or _ends(text, at + best) > 1 else None
    for longer in (many + 3, many + 2):
        if _all_han(text, at, longer) and (longer == many + 2 or _ends(text, at + longer) == 3):
            return Name(at, at + longer, certain=longer > many + 2)
    return None


def _looks_like_one(name: str, surely: int) -> bool:
    """Whether what a weak word introduces is a name, by what it is made of and by how surely it ends."""
    many = length(name, 0)
    if name in WORDS or (many == 1 and name[0] in RARE) or _KIND.search(name) or name[many] in "过了着":
        return False
    of_word = many == 1 and len(name) > 2 and name[:2] in WORDS
    passing = name[-1] in "过了着从来去" and surely < _CERTAINLY
    return not passing and not (of_word and (name[2] in _SUFFIXES or surely < _CERTAINLY))


def _dotted_end(text: str, match: re.Match[str]) -> int:
    """A foreign name ends with its last part, or where the sentence goes on behind it."""
    last = max(match.group(0).rfind(dot) for dot in _DOT) + match.start() + 1
    return last + (_best(text, last, range(1, 11)) or match.end() - last)


def _familiar(text: str, at: int, cue: str) -> Name | None:
    """叫我小王."""
    if cue[-1] in "我喊呼为:人" and _FAMILIAR.match(text, at) and length(text, at + 1) == 1 and _ends(text, at + 2) > 1:
        return Name(at, at + 2)
    return None


def _latin(text: str, at: int) -> Name | None:
    if not (match := _LATIN.match(text, at)):
        return None
    end = at
    for word in re.finditer(r"[^\s,]+", match.group(0)):
        if word.group(0) in _NO_LATIN or word.group(0).endswith(("ing", "ed")):
            break
        end = at + word.end()
    return Name(at, end) if end - at > 1 else None


def _is_told(text: str, name: Name, cue: str) -> bool:
    """One word behind "I am" is a name only where the sentence stops behind it; behind "this is" it is none."""
    if " " in text[name.start : name.end] or not cue.isascii():
        return True
    return cue != "this is" and bool(re.match(r"[,.;!]|$| from| and", text[name.end : name.end + 6]))


def _surnames(text: str) -> Iterator[Name]:
    for cue in _SURNAME.finditer(text):
        at = _skipped(text, cue.end())
        many = length(text, at) or (1 if cue["own"] and _all_han(text, at, 1) else 0)
        again = at + many + 1
        whole = many and text[at + many : again] in (",", "、") and text.startswith(text[at : at + many], again)
        if end := title_end(text, at):
            yield Name(at, end)
        elif whole and (best := _best(text, again, range(many + 1, many + 3))):
            yield Name(again, again + best)  # 免贵姓赵,赵敏
        elif many and (_ends(text, at + many) or text[at + many : at + many + 1] in "叫名"):
            yield Name(at, at + many)
        elif many and (best := _best(text, at, range(many + 1, many + 3))):
            yield Name(at, at + best)


def _of_companies(text: str) -> Iterator[Name]:
    at = text.find("的")
    while at >= 0:
        behind, before = at + 1, text[max(0, at - _BACK) : at + 1]
        clause = _CLAUSE.split(before)[-1]
        if length(text, behind):
            speaks = bool(_SPEAKS.search(clause))
            if (end := title_end(text, behind)) and (speaks or _ends(text, end) == 3):
                yield Name(behind, end)
            elif speaks and not end and (name := _plain(text, behind, sure=False)):
                yield name
        at = text.find("的", behind)


def _leading(text: str) -> Iterator[Name]:
    end = title_end(text, 0) if text else 0
    if end and end < len(text) and not _is_han(text[end]):
        yield Name(0, end)
