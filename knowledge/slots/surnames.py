"""Chinese surnames: the classic 百家姓, those of today that it lacks, and the words that only begin like a name.

Data, read once and folded as every text that they are compared with. The words come from jieba's dictionary (MIT): two
and three characters, more than ten times in its corpus, no names; see docs/slots.md.
"""

from __future__ import annotations

from pathlib import Path

from knowledge.text import fold

CLASSIC = """
赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐
费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁
杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁锺徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚
程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙
叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴鬱胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农
温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空
曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公晋楚闫法汝鄢涂钦岳帅缑亢况郈有琴商牟佘佴伯赏墨哈谯笪年爱阳佟言福
"""
COMPOUND = frozenset(
    "万俟 司马 上官 欧阳 夏侯 诸葛 闻人 东方 赫连 皇甫 尉迟 公羊 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 公孙 仲孙 轩辕 令狐 钟离 宇文 长孙 慕容 "
    "鲜于 闾丘 司徒 司空 亓官 丌官 司寇 仉督 子车 颛孙 端木 巫马 公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 百里 东郭 南门 呼延 归海 "
    "羊舌 微生 梁丘 左丘 东门 西门 南宫 第五 独孤 纳兰 叶赫 完颜 耶律".split()
)
_OF_TODAY = "钟肖付覃亓仝苑揭戌代展崇战修候岱禚綦辜茆郇初来令迟邝丛买母由原门税仉丌佀矫隋栗尧赫揣皇昌"
SINGLE = frozenset(fold("".join(CLASSIC.split())) + _OF_TODAY)
RARE = frozenset("有和都能公别经须后从国家年言相空充终越来由代次买原税门爱通法益全")
"""Surnames that nearly always begin other words: only what is introduced as a name has one of them."""
PAIRS = frozenset(fold(pair) for pair in COMPOUND)
WORDS = frozenset((Path(__file__).parent / "words_like_names.txt").read_text(encoding="utf-8").split())
"""Words of two and three characters that begin with a surname and are no name: 国企, 车主, 金融."""


def length(text: str, at: int) -> int:
    """How many characters of a folded text at a place are a surname: 2, 1 or 0."""
    if text[at : at + 2] in PAIRS:
        return 2
    return 1 if text[at : at + 1] in SINGLE else 0
