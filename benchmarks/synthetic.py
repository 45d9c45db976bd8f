"""Made-up but plausible records, passages and questions in any number, the same for the same seed: for `scale.py`.

Names are put together as real ones are: city, place, industry, kind of site (济南云峰新城生物医药产业园), with a short
alias. Nothing here is told to anybody.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import lru_cache

import yaml
from pypinyin import Style, lazy_pinyin

from deploy.settings import ROOT
from knowledge.catalogue import Catalogue
from knowledge.model import Common, Fact, Incentive, Site, Source, Verify

_FIRST = "云 龙 凤 金 银 玉 清 明 安 平 永 长 兴 泰 福 德 文 武 仁 和 新 东 西 南 北 上 下 大 小 高 石 青 白 黄 红 双 三 七 柳 梅 松 竹 桃 杏 柏 桑 临 望 鹤 马".split()
_SECOND = "峰 山 岭 泉 河 湖 溪 湾 港 桥 渡 口 城 镇 店 庄 集 坪 川 原 岗 洼 沟 营 堡 屯 寨 塘 林 园 台 阳 阴 关 门 井 寺 塔 岛 滩".split()
_AREA = "新城 新区 街道 片区 组团".split()
_INDUSTRIES = {
    "生物医药": "医药", "智能制造": "智造", "新能源汽车": "新能源车", "集成电路": "芯片", "现代物流": "物流", "人工智能": "智能", "新材料": "新材", "高端装备": "装备",
    "食品加工": "食品", "文化创意": "文创", "跨境电商": "电商", "绿色建材": "绿建", "精细化工": "化工", "软件信息": "软件", "空天信息": "空天", "医疗器械": "器械",
    "数字经济": "数字", "节能环保": "环保", "轨道交通": "轨交", "工程机械": "机械", "冷链仓储": "冷链", "检验检测": "检测", "激光装备": "激光", "氢能储能": "氢能",
}  # fmt: skip
_KINDS = "产业园 科技园 产业基地 创新园 孵化器 示范区 合作区 加速器 产业城 集聚区".split()
_REWARDS = "奖励办法 扶持政策 补贴办法 专项资金".split()
_FACTS = (
    "截至2025年，已有{industry}企业{n}家，规模以上企业{m}家。",
    "一期标准厂房{n}万平方米，层高{m}米，可按需分割。",
    "园内设{industry}公共服务平台{m}个，提供中试和检测服务。",
    "距离高铁站{m}公里，距机场{n}公里，周边有公交线路{m}条。",
    "2025年实现营业收入{n}亿元，比上年增长{m}%。",
    "{place}配套人才公寓{n}套，幼儿园和学校{m}所。",
    "项目总投资{n}亿元，分{m}期建设，重点引进{industry}龙头企业。",
    "管理方为企业提供{industry}项目的代办服务，{m}个工作日内答复。",
)
_SOURCE = Source(id="S", title="示例来源", url=None, as_of="2025", quality="A")
_EXAMPLES = ("places", "sites", "incentives", "services")


def records(count: int, seed: int = 20) -> Iterator[Common]:
    """This many records with names all different: four sites to each incentive, about ten passages each."""
    rng = random.Random(seed)  # noqa: S311
    taken = set()
    while len(taken) < count:
        city = rng.choice(("济南", "兰州"))
        place = rng.choice(_FIRST) + rng.choice(_SECOND) + rng.choice(_AREA)
        industry = rng.choice(list(_INDUSTRIES))
        site = rng.random() < 0.8
        kind = rng.choice(_KINDS if site else _REWARDS)
        name = f"{city}{place}{industry}{kind}"
        if name in taken:
            continue
        taken.add(name)
        filled = [
            fact.format(industry=industry, place=place, n=rng.randint(5, 300), m=rng.randint(2, 40))
            for fact in rng.sample(_FACTS, 4)
        ]
        common = {
            "id": f"r{len(taken)}",
            "name": name,
            "city": city,
            "aliases": [f"{place[:2]}{_INDUSTRIES[industry]}{kind}"],
            "sources": [_SOURCE],
            "checked": "2026-11-22",
            "facts": [Fact(text=fact, source=_SOURCE.id) for fact in filled],
            "questions": [f"{place}有没有做{industry}的{kind}", f"{_INDUSTRIES[industry]}企业去{place}怎么样"],
        }
        if site:
            area, where = rng.randint(10, 900) / 10, f"{city}市{place}{rng.choice(_SECOND)}路"
            yield Site(**common, area_km2=area, location=where, industries=[industry])  # type: ignore[arg-type]
        else:
            verify = Verify(what="是否仍在执行", why="后续修订情况未见")
            yield Incentive(**common, level="市级", later="", verify=verify, who=f"{place}的{industry}企业")  # type: ignore[arg-type]


def wordings() -> tuple[list[str], list[str]]:
    """Real questions from data/nlu: those in which one shipped record is named, with `{}` for it; those that name none."""
    read = Catalogue.load().lexicon.read
    naming, nameless = [], []
    for topic in _EXAMPLES:
        text = (ROOT / "data" / "nlu" / f"{topic}.yml").read_text(encoding="utf-8")
        for intent in yaml.safe_load(text)["nlu"]:
            for line in intent["examples"].splitlines():
                reading = read(line.removeprefix("- "))
                if not reading.mentions:
                    nameless.append(reading.text)
                elif len(reading.mentions) == 1 and reading.mentions[0].how == "exact":
                    (mention,) = reading.mentions
                    naming.append(reading.text[: mention.start] + "{}" + reading.text[mention.end :])
    return naming, nameless


def misspelt(name: str, rng: random.Random) -> str:
    """The name with one of its characters replaced by another common one of exactly the same sound."""
    places = [i for i, char in enumerate(name) if _same_sound(char)]
    at = rng.choice(places)
    return name[:at] + rng.choice(_same_sound(name[at])) + name[at + 1 :]


@lru_cache(maxsize=10_000)
def _same_sound(char: str) -> list[str]:
    return [other for other in _by_sound()[lazy_pinyin(char, style=Style.NORMAL)[0]] if other != char]


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, list[str]]:
    """The 3,755 most common characters by their sound."""
    common = re.findall("[\u4e00-\u9fff]", bytes(b for a in range(0xB0, 0xD8) for c in range(0xA1, 0xFF) for b in (a, c)).decode("gb2312", "ignore"))  # fmt: skip
    found: dict[str, list[str]] = {}
    for char in common:
        found.setdefault(lazy_pinyin(char, style=Style.NORMAL)[0], []).append(char)
    return found
