"""A lead goes to the office of its place; all offices are real."""

from __future__ import annotations

import pytest

from knowledge.loading import load_records
from leads.model import Details
from leads.routing import Route, load_routing


@pytest.fixture(scope="module")
def routing():
    return load_routing()


@pytest.mark.parametrize(
    ("area", "industry", "office"),
    [
        ("天桥区，两千平厂房", "", "天桥区投资促进局"),
        ("兰州新区200亩", "", "兰州新区经济合作局"),
        ("兰州高新区", "", "兰州高新区管委会"),
        ("甘肃", "", "兰州市政府合作交流办"),
        ("高新区", "", "济南高新区管委会"),
        ("章丘", "", "明水经济技术开发区管委会"),
        ("历下区", "", "济南市投资促进局"),
        ("市中心就行", "", "济南市投资促进局"),
        ("", "", "济南市投资促进局"),
        ("", "区域总部", "济南市发展和改革委员会服务业处"),
        ("历城区", "总部经济", "历城区人民政府"),
    ],
)
def test_a_lead_goes_to_the_office_of_its_place_or_industry(routing, area, industry, office):
    assert routing.office_of(Details(area=area, industry=industry)) == office


def test_every_office_stands_in_the_records(routing):
    contacts = [record for record in load_records()[0] if record.type == "contact"]
    names = {name for record in contacts for name in (record.name, *record.aliases)}
    assert {route.office for route in routing.rules} | {routing.default} <= names


def test_a_route_that_names_both_needs_both():
    route = Route(office="x", area=("历城",), industry=("物流",))
    assert route.leads_here(Details(area="历城区", industry="冷链物流"))
    assert not route.leads_here(Details(area="历城区", industry="量子"))


@pytest.mark.parametrize("rules", ["[{office: x}]", "[{office: x, areas: [y]}]", "{}"])
def test_a_spoilt_file_is_refused_with_its_name(tmp_path, rules):
    file = tmp_path / "routing.yml"
    file.write_text(f"default: a\nrules: {rules}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"routing\.yml"):
        load_routing(file)
