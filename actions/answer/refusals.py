"""Refusals and ask-backs: what is missing is named, and there is always a way on."""

from __future__ import annotations

from collections.abc import Sequence

from actions.turn.reply import Reply
from actions.turn.wording import FIRST_QUESTIONS, WAY_ON, ways_on
from knowledge.model import TYPE_NAMES, Common, Gap
from knowledge.search import Searcher

_REMIT = "我只回答济南、兰州的产业园区、优惠政策、办事流程和招商联系方式。"


def missing(gap: Gap, searcher: Searcher) -> Reply:
    """Something known not to be held."""
    contacts = searcher.catalogue.existing(gap.contacts)
    return Reply(kind="refuse", text=f"抱歉，{gap.missing.rstrip('。')}，不能凭空答复。\n{ways_on(contacts)}")


def nothing_found() -> Reply:
    """Within the remit perhaps, but no record answers it."""
    text = f"抱歉，资料库里没有查到能回答这个问题的、有来源的记录。\n{_REMIT}{WAY_ON}"
    return Reply(kind="refuse", text=text, suggestions=FIRST_QUESTIONS)


def out_of_scope() -> Reply:
    """Another topic altogether."""
    text = f"抱歉，这个问题不在我的服务范围内。{_REMIT}\n如需招商服务，{WAY_ON}"
    return Reply(kind="refuse", text=text, suggestions=FIRST_QUESTIONS)


def elsewhere(names: Sequence[str]) -> Reply:
    """Another city's parks or incentives."""
    text = f"抱歉，我没有{'、'.join(names[:3])}的资料，只收录济南、兰州两市的园区和政策。\n可以换成问济南或兰州的同类问题；{WAY_ON}"
    return Reply(kind="refuse", text=text, suggestions=FIRST_QUESTIONS)


def unknown_sites(names: Sequence[str]) -> Reply:
    """Parks that no record holds; the nearest that is held would be another one."""
    told = "”“".join(dict.fromkeys(names))
    text = f"抱歉，知识库没有收录“{told}”，不能凭空答复；如果是别的写法，请告诉我全称。\n{_REMIT}{WAY_ON}"
    return Reply(kind="refuse", text=text, suggestions=FIRST_QUESTIONS)


def improper() -> Reply:
    """Bribes, private data of officials, forged papers, attempts to change the assistant's rules."""
    text = f"抱歉，这类请求我不能协助。招商事项请走公开渠道：济南、兰州的园区和政策我可以如实告诉您；{WAY_ON}"
    return Reply(kind="refuse", text=text)


def which_one(records: Sequence[Common]) -> Reply:
    """Several records share the name."""
    names = [f"{r.name}（{r.city}{TYPE_NAMES[r.type]}）" for r in records]
    text = "您问的是哪一个？\n" + "\n".join(f"{i}. {name}" for i, name in enumerate(names, 1))
    return Reply(kind="clarify", text=text, options=[r.name for r in records])


def which_topic() -> Reply:
    """Too little was said to look anything up."""
    text = "您想了解哪方面？请告诉我城市（济南或兰州）和具体的园区、产业或政策，例如："
    return Reply(kind="clarify", text=text, options=FIRST_QUESTIONS[:3])


def which_referent() -> Reply:
    """It, this, there, and nothing was talked about that could be meant."""
    text = "您说的是哪个园区、区县或政策？请告诉我名称，例如："
    return Reply(kind="clarify", text=text, options=FIRST_QUESTIONS[:3])


def no_such_place(most: int) -> Reply:
    """A number beyond the end of the list."""
    text = f"上面的列表只有{most}项，请回复1到{most}之间的编号，或者直接说名称。"
    return Reply(kind="clarify", text=text, options=("1",) if most else ())


def wordless() -> Reply:
    """A sticker, a picture or something else that cannot be seen here."""
    text = "我看不到表情、图片和语音，请用文字告诉我想了解什么，例如："
    return Reply(kind="smalltalk", text=text, options=FIRST_QUESTIONS[:3], suggestions=FIRST_QUESTIONS)


def nothing_more() -> Reply:
    """Nothing was left to show."""
    text = "没有更多内容了。您可以换个园区、政策或产业继续问，例如："
    return Reply(kind="clarify", text=text, options=FIRST_QUESTIONS[:3])
