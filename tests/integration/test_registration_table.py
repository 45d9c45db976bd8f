"""Whatever is given at its step lands in its own field: every industry, every district, sixty spoken amounts."""

from __future__ import annotations

import itertools
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

from deploy.client import ask
from knowledge.catalogue import Catalogue
from knowledge.model import District

AMOUNTS = (
    "5000万 三千万 1.2亿 两亿半 1亿2 三点五亿 零点八亿 2个亿 一个半亿 半个亿 8000w 500多万 三五千万 两三千万 1到2亿 3000-5000万 不低于5000万 一千来万 六百万美元 300万欧元 5000万左右 大概两个亿 约3亿 "
    "一个多亿 十几个亿 1、2亿 五百万港币 投资2亿 总投资3亿 计划投资8000万 预算一千五百万 四千万元 1.5亿元人民币 壹亿元 贰仟万元 1000万吧 先按6000万算 两千两百万 一亿五千万 九千多万 上亿 100万以内 5000万以上 "
    "最多一亿 至少三千万 投4000万 拟投2.5亿 固定资产投资6亿 七八千万 7000万上下 800万 二十亿 三十五亿 1000多万 两百万 一亿两千万 3亿元 HK$5000万 12亿 两亿"
).split(" ")  # fmt: skip


def _words(catalogue):
    industries = [industry.id for industry in catalogue.vocabulary.industries]
    districts = [record.name for record in catalogue.of_type(District) if record.kind == "district"]
    return industries, districts


def _register(url, industry, amount, district):
    """Answers at each step; the fields as they are read back before they are submitted."""
    sender = f"table-{uuid.uuid4().hex}"
    for said in ("登记", "同意", "王女士", "示例科技有限公司", "13800000000", industry, amount, district):
        reply = ask(url, sender, said)
    read_back = "\n".join(ask(url, sender, "没有了").texts)
    fields = dict(re.findall(r"\d\. (行业|投资额|选址与面积|公司|备注)：(.*)", read_back))
    done = ask(url, sender, "确认提交")
    return fields, done.envelope.get("lead_no"), reply


def test_every_word_for_an_industry_is_one_at_its_step(running):
    words = list(dict.fromkeys(cue for industry in Catalogue.load().vocabulary.industries for cue in industry.cues))

    def answered(some):
        sender = f"table-{uuid.uuid4().hex}"
        for said in ("登记", "同意", "王女士", "跳过", "13800000000"):
            ask(running.url, sender, said)
        taken = {}
        for word in some:
            told = ask(running.url, sender, word)
            taken[word] = told.envelope.get("slot") == "investment"
            if taken[word]:
                ask(running.url, sender, "行业要改")
        return taken

    with ThreadPoolExecutor(3) as visitors:
        taken = {
            word: good
            for part in visitors.map(answered, (words[i::3] for i in range(3)))
            for word, good in part.items()
        }
    assert len(taken) > 300
    assert [word for word, good in taken.items() if not good] == []


def test_sixty_amounts_every_industry_and_every_district_land_in_their_fields(running):
    industries, districts = _words(Catalogue.load())
    assert len(AMOUNTS) >= 60
    rounds = max(len(industries), len(AMOUNTS), len(districts))
    cases = list(itertools.islice(zip(itertools.cycle(industries), itertools.cycle(AMOUNTS), itertools.cycle(districts), strict=False), rounds))  # fmt: skip
    with ThreadPoolExecutor(3) as visitors:
        stored = list(visitors.map(lambda case: _register(running.url, *case), cases))
    wrong = [
        (case, fields)
        for case, (fields, number, _) in zip(cases, stored, strict=True)
        if not number
        or fields.get("行业") != case[0]
        or not fields.get("投资额")
        or fields["投资额"] == "（未填）"
        or case[2] not in fields.get("选址与面积", "")
        or fields.get("公司") != "示例科技有限公司"
    ]
    assert wrong == []
