// What the widget itself says; answers are the assistant's and stay Chinese.

const ZH = {
  open: "打开咨询窗口", close: "关闭", clear: "清除对话", log: "对话", send: "发送", type: "请输入您的问题", more: "更多",
  hello: "您好，我是{name}，由程序根据带来源、带日期的资料自动回答。可以直接提问，也可以从这里开始：",
  sure: "清除这台设备上的对话？已提交的登记不受影响；要删除登记，请发送“删掉我的信息”。", yes: "清除", no: "取消",
  privacy: "隐私说明", source: "来源", typing: "正在输入", waiting: "待发送", refused: "没有送出：内容无法识别",
  connecting: "正在连接…", lost: "连接不上。已输入的内容会保留，恢复后自动发送。急事请拨打", or: "或", hotline: "12345",
  you: "您", officer: "工作人员", joined: "已接入，由工作人员为您解答", left: "已结束接待，由智能助手继续回答", fresh: "条新消息",
  helpful: "有帮助", unhelpful: "没有帮助", why: "哪里不好？（选填）", thanks: "谢谢反馈",
  reasons: ["不准确", "没答到", "看不懂", "过时了"],
  copy: "复制编号", copied: "已复制", number: "编号", consent: "个人信息收集说明", details: "怎样得出",
  eligible: "可以测算", ineligible: "不符合", to_verify: "须核实", item: "政策", result: "结论", amount: "金额", fit: "相符度",
  noAmount: "—", wan: "万元", table: "对比表", estimate: "测算表", records: "依据的记录", undated: "未标日期", step: "登记",
  keyboard: "键盘", kPhone: "电话", kMail: "邮箱", kText: "文字", kNumber: "数字", long: "最多 3000 字",
  wPhone: "像是电话，但位数不对：手机 11 位，座机请带区号", wMail: "邮箱好像不完整", wUnit: "请带上单位，例如“500万元”",
  types: {
    site: "园区", district: "区县", incentive: "优惠政策", procedure: "办事流程", contact: "联系方式", industry: "产业",
    event: "活动", transport: "交通",
  } as Record<string, string>,
};
export type Words = typeof ZH;
const EN: Words = {
  open: "Open the chat", close: "Close", clear: "Erase conversation", log: "Conversation", send: "Send",
  type: "Ask in Chinese", more: "更多",
  hello: "Hello, this is {name}, a program that answers in Chinese from dated and sourced records. Ask, or begin here:",
  sure: "Erase the conversation on this device? What you registered stays; to erase it, send “删掉我的信息”.", yes: "Erase",
  no: "Cancel", privacy: "Privacy notice", source: "Source", typing: "Typing", waiting: "Not sent yet",
  refused: "Not sent: unreadable", connecting: "Connecting…",
  lost: "No connection. What you typed is kept and sent when it is back. Urgent? Call", or: "or", hotline: "12345", you: "You",
  officer: "Officer", joined: "has joined and answers you now", left: "has left; the assistant goes on", fresh: "new messages",
  helpful: "Helpful", unhelpful: "Not helpful", why: "What was wrong? (optional)", thanks: "Thank you",
  reasons: ["Wrong", "Not my question", "Unclear", "Outdated"],
  copy: "Copy number", copied: "Copied", number: "Number", consent: "What is collected", details: "How it is worked out",
  eligible: "Computable", ineligible: "Not eligible", to_verify: "To be verified", item: "Incentive", result: "Result",
  amount: "Amount", fit: "Fit", noAmount: "—", wan: "×10,000 CNY", table: "Comparison", estimate: "Estimate",
  records: "Records used", undated: "undated", step: "Registration", keyboard: "Keyboard", kPhone: "Phone", kMail: "E-mail",
  kText: "Text", kNumber: "Digits", long: "At most 3000 characters",
  wPhone: "Looks like a phone number of the wrong length: mobile 11 digits, landline with area code",
  wMail: "The e-mail address seems incomplete", wUnit: "Please add a unit, e.g. “500万元”",
  types: {
    site: "Site", district: "District", incentive: "Incentive", procedure: "Procedure", contact: "Contact",
    industry: "Industry", event: "Event", transport: "Transport",
  },
};

export const wordsOf = (lang: "zh" | "en"): Words => (lang === "en" ? EN : ZH);
