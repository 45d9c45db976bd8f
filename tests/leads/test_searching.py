"""The desk finds a lead however a number is dialled and a name is written."""

from __future__ import annotations

import pytest

from leads.inbox import Inbox
from leads.listing import Filter
from leads.searching import folded, patterns
from leads.staff.model import Account, Role, Visitor
from tests.support.desk_cases import inbox_finds

FOUND = """
0531-66600000|+8653166600000
053166600000|+8653166600000
0531 6660 0000|+8653166600000
0531.6660.0000|+8653166600000
（0531）66600000|+8653166600000
０５３１－６６６０００００|+8653166600000
+86-531-66600000|+8653166600000
+86 (0)531 66600000|+8653166600000
86053166600000|+8653166600000
008653166600000|+8653166600000
66600000|+8653166600000
0531|+8653166600000
0531-666|+8653166600000
0531-66600000转802|+8653166600000;ext=802
0531-66600000-802|+8653166600000;ext=802
0531-66600000|+8653166600000;ext=802
+8653166600000|0531-66600000
008613800000001|+8613800000001
138-0000-0001|+8613800000001
138 0000 0001|+8613800000001
8613800000001|+8613800000001
013800000001|+8613800000001
0000001|+8613800000001
１３８０００００００１|+8613800000001
+1 (212) 555-0100|+12125550100
0012125550100|+12125550100
212-555-0100|+12125550100
400-600-0000|4006000000
鸿海|鴻海精密工業股份有限公司
鴻海|鸿海精密工业股份有限公司
臺灣示例|台湾示例股份有限公司
示例開發|示例开发有限公司
張女士|张女士
张女士|張女士
乾|乾隆示例酒业
古丽米热•艾比布力|古丽米热·艾比布力
古丽米热·艾比布力|古丽米热‧艾比布力
古丽米热・艾比布力|古丽米热·艾比布力
古丽米热･艾比布力|古丽米热•艾比布力
古丽米热.艾比布力|古丽米热·艾比布力
古丽米热艾比布力|古丽米热·艾比布力
买买提∙示例|买买提⋅示例
王 女士|王女士
Example Tech|example-tech
O'Brien|O’Brien
han.mei@example.cn|Han.Mei@Example.CN
wx_id-1|WX_id-1
"""


@pytest.mark.parametrize("text", FOUND.strip().splitlines())
def test_what_is_kept_is_found_however_it_is_typed(text):
    assert inbox_finds(text)


@pytest.mark.parametrize(
    "text",
    ["0531-66600001|+8653166600000", "13800000002|+8613800000001", "021-66600000|+8653166600000", "李女士|王女士"],
)
def test_another_number_or_name_is_not_found(text):
    assert not inbox_finds(text)


def test_of_marks_alone_there_is_nothing_to_look_for():
    assert patterns(" - ") == []


def test_numbers_are_found_on_both_databases(store, clock, submit):
    number = submit(contact="+8653166600000;ext=802", contact_kind="landline", company="100%_示例")
    who = Visitor(account=Account(id=1, login="root", name="管理员甲", role=Role.ADMIN), sign_in_id=1, address="")
    inbox = Inbox(store, now=clock)
    for sought in ("0531-66600000", number, number.lower(), "100%示例"):
        assert [row.number for row in inbox.page(Filter(text=sought), who).rows] == [number], sought
    assert inbox.page(Filter(text="_%"), who).rows == [], "of marks nothing is kept"
    assert folded("ZS 482") == "zs482"
