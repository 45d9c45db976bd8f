"""The browser that other tests rely on."""


def test_the_browser_shows_chinese_with_glyphs_of_its_own(page):
    page.set_content("<p id=a>招商引资</p><p id=b>&#xE000;&#xE001;&#xE002;&#xE003;</p>")
    a, b = page.locator("#a").screenshot(), page.locator("#b").screenshot()
    assert a != b
