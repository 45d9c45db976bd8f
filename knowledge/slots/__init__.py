"""Values an investor states in words: amounts of money, land, dates, telephone numbers, addresses, names.

Pure functions over one message, no training and no I/O; a value that cannot be read for certain is not read.
Offsets are in the folded text (`knowledge.text.fold`).

    money.find(text)      → [Money]      两三千万, 1.2亿元, 不低于5000万美元
    area.find(text)       → [Area]       200亩, 一两万平方米
    dates.find(text, now) → [Period]     下周三下午三点, 月底前, 国庆节后
    contacts.find(text)   → [Contact]    手机, 座机转分机, 400, 邮箱, 微信号
    people.find(text)     → names        我叫…, 联系人王先生
    companies.find(text)  → names        …有限公司, 我是…集团的
"""
