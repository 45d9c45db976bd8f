"""Cases as people write them down: a rule and what is told, a line of a record, a file, a cell."""

from __future__ import annotations

import pytest

from tests.support.rules_cases import POLICY_TESTS, run_file, run_policy, run_record, run_rule, run_spreadsheet

BY_AMOUNT = "{kind: tiers, bases: [固定资产投资], base: 固定资产投资, tiers: [%s]}"


@pytest.mark.parametrize(
    ("record", "told", "outcome"),
    [
        (
            "incentive.rules: " + BY_AMOUNT % "{ge_yi: 10, amount_wan: 100}, {gt_yi: 20, amount_wan: 200}, {ge_yi: 50, amount_wan: 300}, {gt_yi: 100, amount_wan: 500}",
            "固定资产投资 5亿 / 30亿 / 150亿",
            "不符合；200万元；500万元",
        ),
        (BY_AMOUNT % "{ge_yi: 10, amount_wan: 100}, {gt_yi: 20, amount_wan: 200}", "固定资产投资 10亿 / 20亿 / 20.1亿", "100万元；100万元；200万元"),
        (BY_AMOUNT % "{le_yi: 5, rate: 0.01}, {gt_yi: 5, rate: 0.02}", "固定资产投资 5亿 / 6亿", "500万元；1200万元"),
        (
            "incentive.rules: {kind: tiers, bases: [固定资产投资], tiers: [{ge_yi: 1, rate: 0.001}, {ge_yi: 5, rate: 0.0012}]}",
            "固定资产投资 3亿",
            "30万元",
        ),
        ("kind: percent, bases: [到账外资], rate: 0.02, cap_wan: 500", "到账外资 1亿 / 5亿", "200万元；500万元"),
        ("{kind: fixed_per, bases: [到账外资], per_wan_usd: 1000, amount_wan: 20}", "到账外资 5000万美元", "100万元"),
    ],
)  # fmt: skip
def test_a_rule_gives_what_its_document_says(record, told, outcome):
    assert run_rule(record, told) == outcome


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("kind: percent, rate: 10（本意10%）", "设备采购额20万元"),
        ("kind: percent, rate: 2.5（本意2.5‰）", "设备采购额20万元"),
        ("kind: fixed, amount_wan: 3000000（本意300万元）, needs: [总部企业]", "总部企业"),
        ("{kind: tiers, bases: [固定资产投资], tiers: [{ge: 5, amount_wan: 10}]}", "固定资产投资 3亿"),
        ("{kind: tiers, bases: [固定资产投资], tiers: [{ge_yi: 5, amout_wan: 10}]}", "固定资产投资 3亿"),
        (
            "kind: percent, bases: [固定资产投资], rate: 0.1, limits: [{base: 固定资产投资, min: 500}]",
            "固定资产投资 3亿",
        ),
        ("kind: percent, bases: [固定资产投资, rate: 0.1", "固定资产投资 3亿"),
    ],
)
def test_a_rule_that_says_what_cannot_be_meant_is_refused(record, told):
    assert run_rule(record, told).startswith("检查报错：")


@pytest.mark.parametrize("id_", POLICY_TESTS)
def test_a_policy_of_a_common_shape_can_be_written_and_gives_its_amounts(id_):
    assert run_policy(id_).startswith("规则写得出")


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        ("contact.phone: '5316660000'", "检查报错"),
        ("contact.phone: '0531-6660000'", "检查报错"),
        ("contact.phone: '53166600000'", "检查报错"),
        ("contact.phone: '0531-66600000'", "没有问题"),
        ("summary: 位于工业北路 3 #楼，面积500平方米", "提醒"),
        ("site.location: 高新区 #3 号", "提醒"),
        ("name: 济\ufffd南市投资促进局（或 æµŽå—…）", "提醒"),
        ("incentive.who: 娴庡崡企业", "提醒"),
        ("site.summary: 位于济南。", "没有问题"),
    ],
)
def test_a_line_of_a_record_is_judged(record, outcome):
    assert all(part.startswith(outcome) for part in run_record(record).split("；"))


@pytest.mark.parametrize(
    "path", ["knowledge/records/contact/jn-new.yaml", "knowledge/records/jn-new.yml", "records/site/旧/jn-new.yml"]
)
def test_a_file_that_is_not_read_is_named(path):
    assert "没有读这个文件" in run_file(path)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("联系方式表 jn-bureau 电话格里键入 053166600000（Excel 存成数字 53166600000）", "存为：053166600000"),
        ("联系方式表 jn-bureau 电话格里键入 05316660000（Excel 存成数字 5316660000）", "报错：联系方式"),
        ("别名格：市投促局；投促局；济南投促局", "存为：市投促局｜投促局｜济南投促局"),
        ("园区表 设立时间 格键入 1991.10（成数字1991.1）", "报错：园区 第2行 G列 设立时间"),
        ("园区表 设立时间 格键入 1991.10", "存为：1991.10"),
        ("园区表 主导产业格键入：示例药业、示例装备", "存为：示例药业｜示例装备"),
    ],
)
def test_what_is_typed_into_a_cell_is_taken_over_right_or_refused(text, outcome):
    assert run_spreadsheet(text).startswith(outcome)
