"""Questions that mean the same are put together, and others are not."""

from __future__ import annotations

from itertools import combinations

import pytest

from knowledge.clustering import clusters
from knowledge.embedding import CachedEmbedder, Lexical
from knowledge.encoder.e5 import encoder

ALIKE = (
    ("济南高新区厂房租金多少", "高新区的标准厂房租金怎么算", "济南高新区租厂房一平米多少钱", "高新区厂房月租多少"),
    ("租金能退还吗", "退租的话租金退不退"),
    ("今天天气怎么样", "济南明天下雨吗", "天气预报"),
    ("工业用电多少钱一度", "电价是多少", "工业电价怎么收"),
    ("深圳有什么优惠政策", "上海的补贴政策", "杭州有什么扶持"),
    ("离机场多远", "到济南机场要多久", "高新区到遥墙机场多少公里"),
)
BACKGROUND = (
    "员工子女上学怎么解决", "有没有人才补贴", "园区有食堂吗", "贷款贴息怎么申请", "外资到账有什么奖励", "怎么办营业执照",
    "有哪些园区适合生物医药", "投促局电话多少", "推介会什么时候", "环评要多久",
)  # fmt: skip


@pytest.fixture(scope="module")
def embedder(tmp_path_factory):
    return CachedEmbedder(encoder(), tmp_path_factory.mktemp("vectors"))


def test_what_means_the_same_is_put_together_and_nothing_else(embedder):
    kinds = {text: kind for kind, group in enumerate(ALIKE) for text in group}
    questions = list(kinds)
    groups = [[questions[place] for place in group] for group in clusters(questions, embedder, BACKGROUND)]
    together = [pair for group in groups for pair in combinations(group, 2)]
    right = [pair for pair in together if kinds[pair[0]] == kinds[pair[1]]]
    wanted = sum(len(group) * (len(group) - 1) // 2 for group in ALIKE)
    print(f"{len(right)} of {wanted} pairs, {len(together) - len(right)} wrong")
    assert len(right) / len(together) >= 0.95
    assert len(right) / wanted >= 0.6


def test_every_question_is_in_one_group_and_the_largest_comes_first():
    groups = clusters(["甲乙丙", "完全别的话", "甲乙丙丁", "甲乙丙"], Lexical(), ["天气", "食堂"])
    assert sorted(place for group in groups for place in group) == [0, 1, 2, 3]
    assert groups[0] == [0, 2, 3]
    assert clusters([], Lexical(), []) == []
