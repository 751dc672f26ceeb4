# 目录数据为何不能载入、应当怎样改正：按原因的代号。

unreadable = 无法读取。请放入该文件，或者不指定文件夹，使用内置数据
not-utf8 = 不是 UTF-8 编码，可能是表格软件另存的 GB18030（GBK）。请另存为“CSV UTF-8”，或者用 iconv -f GB18030 -t UTF-8 转换
malformed = 写法有误。请对照 deploy/directory 中的内置文件，检查字段名、取值和缺项
header = 第一行必须是 code,name,tier
tier-mismatch = { $code } 写的是 { $stated }，但代码表示 { $actual }。请改正代码或层级
no-name = { $code } 没有名称。请补上
duplicate-division = { $code } 列了两次。请删去一行
moved-twice = 有两个区划写为改成 { $successor }。并入它的一个请写 change = "merged"
no-parent = { $code } 属于 { $parent }，而后者未列入。请补上 { $parent }，或者改正代码
unknown-division = divisions.csv 中没有区划 { $code }。请改正代码
duplicate-rule = 层级 { $tier } 有两条规则。请保留一条
pattern = “{ $pattern }”不能用作名称模板。须含 { $known } 之一，不含其他花括号
site-collision = { $first } 和 { $second } 的站点编号同为 { $site }。请报告此问题
no-site = { $code } 没有站点：其层级没有规则。请补一条 [[rule]]，或者删去本条
empty-period = 终止日 { $until } 早于起始日 { $from }。请改正日期
overlapping-overrides = { $code } 在 { $day } 有两条状态。请先结束前一条
duplicate-site = { $code } 的站点已在第 { $first } 行说明。请并入同一 [[site]]
overlapping-hosts = { $code } 的站点在 { $day } 有两个依托单位。请给前一个写上 until
unknown-language = 没有 [[language]] “{ $language }”。请补上名称，或者改正
unknown-item = items.toml 中没有事项“{ $item }”。请改正
not-at-tier = 层级 { $tier } 既不接收也不办理“{ $item }”。请删去，或者在 items.toml 中加上该层级
empty-offer = 至少要有一个事项、一个星期几。要关闭站点，请用 [[override]]
no-such-kind = items.toml 中没有 [[unit]] “{ $kind }”。请改正
no-unit-here = 层级 { $tier } 没有“{ $kind }”。请删去，或者在 items.toml 中加上该层级
unsourced-unit = 只有部分地方设立的“{ $kind }”须写明来源和状态。请补上 source 和 status
person-of-no-unit = { $code } 没有“{ $kind }”。请改正该人员的 division 或者 kind
person-twice = 同一名册在同一时间有两条“{ $person }”。请并为一条 [[person]]
no-capacity = “{ $kind }”的承办上限为 0，什么也不能办。请删去该行，或者暂停站点
no-phone = “{ $kind }”的电话“{ $phone }”无法拨打。请用数字书写，可用连字符分隔，如 0879-3231234
no-site-phone = { $code } 站点的电话“{ $phone }”无法拨打。请用数字书写，可用连字符分隔，如 0879-3231234
duplicate-checkpoint = 达标清单中已有“{ $checkpoint }”。请为本条另取编号
blank = “{ $field }”是空的。请写上已知的内容，或者删去该行
told-elsewhere = “{ $kind }”属于本系统，在本系统签收。请删去 told，或者写明 belongs = "outside"
duplicate-kind = 单位类型“{ $kind }”列了两次。请保留一个
no-window = 层级 { $tier } 的站点没有窗口。请在单位类型 window 中列出每个有站点的层级
no-site-for-unit = 单位类型“{ $kind }”在层级 { $tier }，而该层级没有站点。请删去该层级，或者在 sites.toml 中补 [[rule]]
duplicate-item = 事项“{ $item }”列了两次。请保留一个
duplicate-topic = “{ $item }”的类别“{ $topic }”列了两次。请保留一个
no-topic = 事项“{ $item }”没有类别。请至少写一个 [[item.topic]]，例如 other
unknown-material = “{ $item }”要带的“{ $material }”没有 [[material]]。请补上名称，或者改正
unknown-kind = 事项“{ $item }”由“{ $kind }”办理，而没有这种 [[unit]]。请补上，或者改正
no-unit-at-tier = 事项“{ $item }”由层级 { $tier } 的“{ $kind }”办理，而那里没有这种单位。请改正其一
received-nowhere = 事项“{ $item }”在层级 { $tier } 接收，而那里没有站点。请改正层级
places = places 至少写一种连接点，每种只写一次：依法由哪里管辖
no-basis = basis 为空。请写明法律和条文
days-out-of-range = “{ $step }”写了 { $days } 日；可以是 1 到 3650 日
approval-of-nothing = 有一条 [[approval]] 没有写明决定。请写上，例如 legal-aid.refuse，或者删去该条
duplicate-rung = 层级 { $tier } 有两条 [[rung]]。请只留一条
rung-days = 层级 { $tier } 的 [[rung]] 写了 { $after } 日；可以是 1 到 250 日
overlapping-standards = “{ $step }”在同一地方 { $day } 有两条时限，另一条在第 { $other_line } 行。请给旧的一条写上 valid_to，到新的一条前一日为止
less-strict = { $place } 的“{ $step }”比第 { $wider_line } 行上级的时限宽：{ $how }。下级可以从严，不得从宽：请减少日数，或者用同一种日
years-out-of-range = 保存期限 { $years } 年有误：应为 1 至 100 年
duplicate-year = { $year } 年列了两次。请保留一个
other-year = { $day } 不属于 { $year } 年：只能写当年和上年最后一周的日子
long-holiday = “{ $name }”放假 { $days } 日；超过 15 日应是笔误
duplicate-day-off = { $day } 列为放假两次。请改正日期
not-movable = { $day } 不能是调休上班日：须是放假日以外的周六、周日
fixed-day-missing = { $day } 依法放假，{ $year } 年没有列入。请加到 off
no-such-day = { $month }-{ $day } 不是每年都有的日子。请改正

# 本条时限比上级宽在何处。

looser-longer = 本条 { $days } { $kind }，上级最多 { $most } { $most_kind }
looser-pause = 本条因“{ $label }”不计入期限，上级无此规定
looser-longer-pause = 本条不计入期限的时间可以超过 { $wide } 个月，上级最多 { $wide } 个月
looser-extension = 本条共可延长 { $narrow } 日，上级共可延长 { $wide } 日
