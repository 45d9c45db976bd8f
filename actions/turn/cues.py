"""Turns of phrase that show what a message wants, beside what the classifier makes of it. Matched on folded text."""

from __future__ import annotations

import re

POINTING = re.compile(
    r"^(那|它|这|该|其|还有|换|再|另外|同样|对了那|ok那|哦那|嗯那|不是|不对|里面|里头|行吧|好吧|那么|区里|园里|县里)"
    r"|它|这个|那个|这家|那家|该园|该区|这里|那里|这项|那项|这份|那份|这块|上面|刚才|前面|呢[??]?$"
)
"""Opens or closes like a follow-up."""
COMPARING = re.compile(
    r"比较|对比|相比|区别|不同|差别|差异|哪个(更|大|好|早|近|强|多|级别|面积)|谁(大|更|早|强|多)|哪家(更|大|好)|vs|compare"
    r"|一样吗|比一下|比一比|比比|还是两个|各在|各是|各占|各自|俩|跟.+比|和.+比|比.+(大|小|早|晚|多|少|强|好)"
)
"""Asks for two things side by side."""
LISTING = re.compile(
    r"哪些|哪几|有没有|有啥|有什么|有无|推荐|合适|适合|放哪|落哪|落在哪|选哪|去哪|列一下|列出|都有|几个(?!点|工作日|月|百分|小时|钟)|什么园|说说|哪个园|哪里有|还有别的|一共|分别|哪家园|招不招|收不收|能接|接不接"
    r"|which|list|数一数|清单"
)
"""Asks for several things."""
BY_AREA = re.compile(
    r"(?:面积|规模|占地)最(大|小)|(?<![度励惠资值产口金额力])最(大|小)(?:面积|的?(?:园|区|开发区|产业园|是|呢|哪|谁|那个|一个|[,?。]|$))"
    r"|(?:面积|规模)(?:从|由)(大|小)(?:到|至)|(?:面积|规模)排"
)
"""Asks for sites in the order of their areas; what it catches says which end is wanted first."""
BARE_SWITCH = re.compile(
    r"^(那|换成?|改成?|要是|如果是?|不是|不对|我问的是|我说的是|呢|的|在|放在|放到|市|那边|这边|那个|这个|情况|怎么样|怎样|有|吗|么|同样的?问题|同样的?|有没有|没有|也|一样|又|看看|说|我|指|是|同样)*$"
)
"""What is left of a message that says nothing besides another city, once the city is taken out."""
PROJECT = re.compile(
    r"(想|要|准备|打算|计划|拟|我们?|公司|厂).{0,30}(建|上|投|搬|落|选址|办|设|开|做).{0,40}(哪|合适|适合|推荐|园区|选)"
    r"|找(个|一个|块)?(地方|园区|厂房|地)"
)
"""Looks for a place for a project."""
OWN_PROJECT = re.compile(r"(想|要|准备|打算|计划|拟)在?.{0,8}(建|投|办|设|落|上|搞).{0,20}(项目|厂|基地|总部)")
"""Says that the investor wants to build something."""
FITTING = re.compile(
    r"(?:行不行|可不可以|合不合适|合适|可行|行|可以)[吗么嘛??]*$|能不能(?:落|放|建|进|投|做)|能(?:落|放|建|进|做)(?:地|户)?[吗么]|收不收|让不让"
)
"""Asks whether a project may come to a place."""
TO_BUILD = re.compile(r"(想|要|准备|打算|计划|拟)?(新?建|投资?|办|设|落|上|搞)(?=[^,。]{2,14}(项目|厂|基地|总部))")
"""Begins what an investor wants to build, so that it is no name of a site."""
NARROWING = re.compile(
    r"没要求|没有要求|都行|都可以|就行|不限|随便|无所谓|范围内|最好|优先|要求|便宜|大一点|更大|靠近|离.+近"
)
"""Adds a wish to a list of sites that was just given."""
CONTACTING = re.compile(r"联系|电话|回电|登记|留|对接|预约|约|进度|参观|考察|报名|提交|专人|微信|1[3-9]\d{9}")
"""Speaks of being contacted, registered or received."""
JOINED = re.compile(r"^(和|与|跟|同|、|还是|及|以及|,|vs|or|and|比|或者)+$")
"""What stands between two names that are wanted together."""
APPLYING = re.compile(r"这个|它|这项|该|享受|适用|能用|用得上|也能|能不能")
"""Asks whether what is talked about holds for someone or somewhere."""
WHOLE_LIST = re.compile(r"哪些|有什么|有啥|都有|列|说说|清单|全部|which|list|几项|几条|啥好处|什么好处")
"""Asks for all incentives rather than for one."""
WHERE = re.compile(r"在哪个区|哪个县|哪个区的|属于哪|在哪个园|在哪家")
"""Asks where one thing is, which is no wish for a list."""
POINTED = re.compile(r"它|这个|该园|该区|区里|园里|县里|里面|里头|这里|那里|这项|这份|这块|刚才|上面")
"""Points at what is talked about, so it goes on about it."""
POINTS_FIRST = re.compile(
    r"^(?:请问|那么?|你好|您好|[,，])*(?:它们?|他们|这个?(?:园区?|区|政策|项目|地方)?(?=的|有|在|是|能|可|适|包|多|属|里|怎|占|成|补|奖|给|要|需|什|归|离|招|主|电|地|面)|该(?:园|区|政策|项目)|那个?(?:园区?|政策|地方)|(?:园|区|县)里|里面|里头|这里|那里|那边|这边|这项|那项|这份|那份)"
)
"""Begins with a word for something talked about before."""
TELL_ALL = re.compile(r"详细|介绍|具体|说说|讲讲|展开")
"""Wants everything about a record, not one facet of it."""
SAME_DISTRICT = re.compile(r"同一个区|同区|这个区|该区|区里")
"""Means the district of the site that is talked about."""
WITHIN = re.compile(
    r"^(那|它|这个?|该?园|该?区|园区)?(是不是|是否|算不算|是|也|都)?(在|属于|位于|归|算).{2,12}?(里面|里头|里边|范围内|境内|辖区|内|里|的)?(吗|么|嘛|不|没|吧)[??]?$"
)
"""Asks whether what is talked about lies in another place, so the name of that place is not what the question is about."""
NEXT_ONE = re.compile(r"另一个|另外(那)?一个|下一个|(?<!最)后一个")
"""Picks the entry of a list behind the one that is talked about."""
PRIVATE = re.compile(
    r"(局长|书记|主任|厂长|市长|区长|县长|处长|科长|领导|负责人|董事长|经理|老板|工作人员|同志).{0,10}(手机|私人|微信|住址|住哪|家住|家里|家庭|身份证)"
    r"|身份证号"
)
"""Asks for what belongs to a person, not to an office."""
BUSINESS = re.compile(r"招不招|招商|落户|建厂|办厂|设厂|投资|园|厂|项目|公司|企业|产业|补贴|政策|奖励|优惠|扶持")
"""Speaks of business, so that an industry named is meant as one."""
