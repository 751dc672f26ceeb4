# 各服务的拒绝原因：每个代码一条，键为 <清单>-<代码>；变量即拒绝内容的字段。

## 各服务通用

common-malformed = “{ $field }”填写有误（{ $problem }）。请改正后重新提交
common-not-proven = 本请求未能证明办理人身份：{ $why }。请使用已登记的密钥（onestop keys init 会补建并登记所缺的密钥）
common-approval-not-proven = 补录的批准未能证明出自审批人本人：{ $why }。批准只对所批的这一次录入及其内容有效，七日内有效；请审批人重新批准
common-not-permitted = { $role }不办理此事。由以下人员办理：{ $permitted }
common-unknown-case = 这里没有案件 { $case }。请核对回执上的编号
common-stale-revision = 案件已有变化：您依据的是第 { $expected } 版，现为第 { $actual } 版。请查看后再决定
common-key-reused = 同一请求编号已用于另一请求。请换新编号；在网页上请重新打开表单
common-nothing-to-do = 无需办理：案件已是所要求的状态
common-contradicted = { $who } 暂停受理：自第 { $position } 条起，其日志缺少 { $by } 已收到的记录。它被恢复成旧副本，或被复制；继续受理会把同一编号发两次。请放回最新的数据目录后重新启动；如已丢失，先用 onestop log export --offline 与 onestop log import 建立新一期日志，再用 onestop source follow 改随
common-unavailable = { $who } 暂时没有应答。未作任何更改，请用同一编号稍后再试
common-outcome-unknown = 请求已送出，{ $who } 未及时应答，是否已办理尚不清楚。请用同一编号再次提交：只会办理一次，已办的会答复原结果
common-not-ready = { $who } 正在准备：所需数据已建立 { $percent }%。未作任何更改，请在 { $seconds } 秒后用同一编号再试
common-storage-full = { $who } 的磁盘已满。未作任何更改，已有内容可照常查看。请在运维人员腾出空间后用同一编号再提交
common-too-much = “{ $field }”有 { $found } { $unit }，最多 { $most }。请缩短或分开提交

## 窗口受理

intake-unknown-division = 目录中没有区划 { $division }。请按地名查找
intake-unknown-window = 目录中没有窗口 { $unit }。请核对单位
intake-site-closed = { $name } 在 { $day } 不开放（{ $why }）。{ $next }请引导群众到上一级站点：{ $instead }
intake-item-not-offered = { $place } 没有单位办理“{ $item }”。可办事项：{ $names }。请另选诉求类别或管辖地；各地可办事项见“站点”页
intake-unknown-topic = “{ $item }”没有类别“{ $topic }”。可选类别：{ $names }。请从中选择
intake-notice-missing = “{ $topic }”由办案机关来函通知（{ $organs }），不由窗口以当事人名义申请（法律援助法第三十六条）。请填写办案机关、公函文号和收到日期；当事人自己申请的，改选申请类事项
intake-notice-unfit = “{ $topic }”由本人申请，不由办案机关来函启动。办案机关通知的，请改选：{ $topics }；本人申请的，请不填公函
intake-organ-unfit = “{ $topic }”不由{ $organ }通知，可以通知的是：{ $organs }。请核对公函
intake-incomplete = { $field }：{ $problem }。请补充后重新提交
intake-several = 请逐项更正：{ $problems }
intake-impossible-time = 发生时间 { $occurred } 不可能：现在是 { $now }。请核对日期
intake-before-basis = 发生时间 { $occurred } 不可能：它所依据的事项发生于 { $earlier }。请核对日期
intake-entered-too-late = 发生于 { $occurred } 的事项，补录期限已于 { $day } 届满（{ $basis }）。请按今日日期登记，并在卷宗中注明纸质日期
intake-late-reason-missing = 发生于 { $occurred } 的事项，{ $day } 后录入的须说明补录事由（{ $basis }）。请选择事由
intake-late-approval-missing = 发生于 { $occurred } 的事项，{ $day } 后录入的须经本单位另一人或者上级司法局审批（{ $basis }）。请写明审批人，由其本人登录批准；一人单位由司法局列明后，注明一人单位
intake-approved-by-oneself = 补录人 { $approver } 不能自己审批。请由另一人审批
intake-late-approval-not-given = { $approver } 尚未批准这次补录：只填审批人姓名或账号不算批准。请其本人登录后在“补录审批”中批准，再原样提交一次即可
intake-not-an-approver = { $approver } 不是本单位人员，也不是上级司法局的督办人或者管理员，不能审批这次补录。请由本单位同事或者上级司法局审批
intake-no-one-person-office = { $unit } 未列为一人单位。请由另一人审批；确为一人单位的，请司法局列明
intake-not-your-case = 案件属于 { $window }，您代表的是 { $unit }。请联系该窗口
intake-not-now = 现在不能这样办：案件{ $stage }（现由 { $holder } 负责）。请查看案件
intake-already-rated = 案件已评价（{ $grade }）
intake-wrong-identity-number = { $field }有误：{ $fault }。请与证件核对后重新录入
intake-without-number = { $field }：有证件须填号码，未带证件不填。请补充号码，或选择“未带证件”
intake-no-such-event = 所更正的记录不是本案的记录。请重新打开案件
intake-nothing-corrected = 更正内容为空。请写明应更正的当事人、需求、管辖地或类别
intake-cannot-merge = 本案不能并入 { $into }：{ $why }
intake-notice-given-before = 此前已一次性告知所缺材料（{ $missing }），不得再次要求补正
intake-no-such-attachment = 本案没有这个附件。请先上传
intake-too-large = 文件大小为 { $size } 字节，应在 1 至 33554432 字节之间。请拆分或降低扫描精度
intake-too-many-files = 本案已有 { $count } 个附件，达到上限。请把多页合并为一个文件
intake-attached-before = 本案已有该附件
intake-other-media-type = 文件内容不像{ $media_type }，可能已损坏或者改过扩展名。请打开看看，再重新选择文件
intake-other-piece = 下一个应上传第 { $wanted } 块。请按顺序上传，除最后一块外每块 512 KiB
intake-other-hash = 已上传的内容与所称文件不符。请从头重新上传
intake-uploads-full = 正在上传的文件有 { $count } 个，已满。请几分钟后再试
intake-attachment-unreadable = 该附件与存入时不一致：已损坏，或已依法删除。请通知管理员
intake-reopen-late = 重新办理的期限已于 { $until } 届满。请登记新案，并注明与本案有关
intake-reopened-before = 本案已重新办理 { $times } 次，达到上限。请登记新案，并注明与本案有关
intake-nothing-to-redo = 本案没有待整改的差评
intake-to-hand-over = 本案由 { $to } 受理，转办后仍会回到本窗口。请用“移送外部机构”；事由、管辖地有误的，请先更正
intake-already-urgent = 本案已经标为紧急。请刷新后再看
intake-not-urgent = 本案没有标为紧急，不用取消。请刷新后再看
intake-no-such-need = 本案没有待落实的“{ $need }”需求。请刷新后再看
intake-needs-open = 群众的需求尚未落实：{ $needs }。请先在“需求落实”中登记已落实，或者登记不需要、未能落实
intake-redo-pending = 差评尚待整改，期限 { $day }。请先登记整改
intake-no-such-receipt = 编号与查询码不符。请核对回执
intake-tried-too-often = 查询码输错次数过多。请 { $minutes } 分钟后再试，或到窗口查询

## 个人信息

persons-may-not-open = { $unit } 无权查阅：当事人信息仅限受理窗口 { $window } 和现承办的 { $holder } 知悉；所属区划的督办人、审计人员说明理由后可以查阅。请联系上述单位
persons-reason-missing = 请写明查阅理由，理由将记录在案
persons-names-the-person = “{ $field }”写有当事人姓名或号码，而该内容将永久保存。请改为不指明个人的写法
persons-erased = 已删除：本案当事人信息任何人都不能再查阅。依据：{ $basis }
persons-key-gone = 本案密钥不在此处：在本日志的备份之后已删除，或已遗失。请联系保管备份的人员
persons-not-your-division = { $unit } 无权办理：案件属于 { $window }，现由 { $holder } 承办。请联系其所属区划的督办人
persons-not-over = 办结之前不能删除：案件{ $stage }（现由 { $holder } 负责）。请先办结
persons-not-put-right = 本案差评尚待整改（期限 { $day }），核查时须知悉当事人。请先完成整改，再申请删除
persons-supervised = { $by } 正在督办本案，反馈期限 { $until }，核查时须知悉当事人。请先反馈督办，再申请删除
persons-retained = 依法须保存至 { $last_day }：自{ $from }起 { $years } 年（{ $basis }）。在此之前只作存储和保护，不作其他处理（个人信息保护法第四十七条）。请在该日之后再申请
persons-retention-unconfirmed = 保存期限尚未确认：自{ $from }起 { $years } 年只是暂定（{ $basis }）。请司法行政部门核定期限后再申请
persons-retention-not-begun = 须自{ $from }起保存 { $years } 年（{ $basis }），本案尚未{ $from }。请先{ $from }，期满后再申请
persons-disclosure-kept = 向外部机构提供个人信息的记录须保存到 { $last_day }（网络数据安全管理条例第十二条），须知道记录所指何人。请在该日之后再申请
persons-no-retention-rule = 没有规定 { $item } 案件的保存期限。请司法行政部门规定期限后再申请
persons-no-request-waits = 没有等待答复的申请：可能已经办理、已经取消或者已过期。请刷新后再看
persons-note-missing = 请写明不同意的理由，理由将记录在案
persons-erasure-not-requested = 没有删除：删除个人信息须由两人办理，而本案没有待办的删除申请（或已过期）。请先由一人申请，再由另一名督办人办理；没有第二人时，由运维人员在服务器上办理，并写明备注
persons-erasure-requested = { $by } 已申请删除本案个人信息，须由另一人在 { $until } 前办理。请等待办理，或过期后重新申请
persons-same-person = 没有删除：提出人 { $by } 不能自己办理。请由另一名督办人办理
persons-not-second-person = 没有删除：{ $unit } 不能办理 { $requested_by } 提出的申请。请由提出人所在地区或上级的督办人办理
persons-other-basis = 没有删除：申请删除的依据是“{ $basis }”，与所填依据不同。请按申请的依据办理，或重新申请
persons-complaint-about-unit = 没有办理：本案有群众对 { $unit } 的差评或投诉，本单位不能删除。请由所属区划的督办人申请
persons-erasures-awaited = 系统刚从备份恢复，尚未取得此后的删除名单；在此之前不显示、也不接收个人信息。请联系系统运维人员
persons-nothing-to-find-by = 没有查找条件。请填写姓名、电话或证件号码
persons-still-reading = 启动后索引仍在读取（已读 { $read } 件）。请稍后再试

## 转办

referral-no-such-handoff = 本案没有这张转办单，现由 { $holder } 负责。请刷新待办列表
referral-offer-answered = 该转办{ $end }（{ $by }，{ $at }），案件现由 { $holder } 负责
referral-offer-over = 该转办已于 { $until } 失效，案件仍由 { $holder } 负责。请该窗口重新转办
referral-not-addressee = 该转办发给 { $to }，您代表的是 { $unit }。只有 { $to } 可以答复
referral-not-holder = 案件自 { $since } 起由 { $holder } 负责，您代表的是 { $unit }。请联系 { $holder }
referral-nothing-offered = 没有待答复的转办，案件由 { $holder } 负责。请查看案件
referral-at-window = 案件在窗口 { $holder }，无可退回或办毕
referral-unknown-division = 目录中没有区划 { $division }，也不是外省区划代码。请留空，按地名查找，或填外省名称
referral-not-supervisor = 只有 { $division } 所属司法局的督办人可以办理，您代表的是 { $unit }。请联系该司法局
referral-no-supervisor = 目录中没有 { $between } 的共同上级司法局。请按其他管辖地重新转办
referral-nothing-disputed = 没有待处理的争议，案件由 { $holder } 负责。请先提出争议，或查看案件
referral-not-disputable = 只有被转办单位、或者无单位承接时的窗口可以提出争议；您代表的是 { $unit }，案件由 { $holder } 负责
referral-in-dispute = 案件处于争议中，由 { $supervisor } 指定承办单位。请等待指定
referral-designated-may-not-decline = 本案由 { $by } 指定承办，被指定单位不得拒收。请签收
referral-designated-may-not-return = 本案由 { $by } 指定承办，被指定单位不得退回。请继续办理，或者请该督办单位改派
referral-work-undertaken = 本案已由 { $unit } 于 { $day } 决定办理，不能退回。应当结束的，请在办理中终止并写明事由；应由其他单位办理的，请督办单位改派
referral-unknown-unit = 目录中没有单位 { $unit }。请核对单位
referral-does-not-work-it = { $unit } 不办理“{ $item }”。请指定办理该事项的单位
referral-outside-division = { $unit } 不在 { $division } 辖区内，您无权指定。请在辖区内指定，或者报请上级司法局
referral-pushed-down = “{ $item }”属县级职责，不得下放给 { $unit }。请指定县级单位
referral-one-unit-for-both = 对方当事人的案件由 { $unit } 办理，一起纠纷由一个单位办理。请拒收，由该单位办理
referral-acts-for-other-side = { $staff } 承办（过）对方当事人的案件，不得再承办本案（律师法第三十九条）。请另派他人
referral-conflict-of-interest = { $unit } 承办（过）对方当事人的案件，应当回避。请以利益冲突为由拒收，或者另选单位
referral-not-invited = { $unit } 目前没有可如此答复的协办任务。请联系 { $holder }
referral-invited-before = { $unit } 已受邀协办且尚未办毕。请等待，或者先解除
referral-lead-itself = { $unit } 是主办单位，不能邀请自己协办。请另选单位
referral-co-units-at-work = 协办单位 { $units } 尚未办毕。请等待反馈，或者先解除协办，再办毕
referral-specialist-decides = { $unit } 办理的“{ $item }”尚未作出决定，不能办毕。请先作出决定，或者终止办理，结果随即返回窗口；不属本单位的，请退回
referral-lead-is-done = { $lead } 已办毕，案件仅待协办单位反馈。请等待，或者解除协办
referral-not-extensible = { $unit } 没有可以延长的期限。请按期办理，或者退回
referral-extended-before = { $step } 的期限已延长 { $times } 次，不能再延长。请尽快办理
referral-extension-late = { $step } 的期限已于 { $day } 届满，延期须在届满前申请。请尽快办理
referral-asked-before = { $step } 的延期已申请。请等待督办单位决定
referral-own-extension = 没有批准：延期是 { $staff } 申请的，不能由本人批准，也不能以另一身份批准。请由另一名督办人办理
referral-own-dispute = 没有指定：{ $staff } 曾代表单位拒收、退回或者提出争议，不能由本人指定，也不能以另一身份指定。请由另一名督办人指定
referral-own-instruction = 没有记录反馈：督办是 { $staff } 下达的，不能由本人反馈，也不能以另一身份反馈。请由承办单位的另一名人员反馈
referral-nothing-asked = 没有待批的延期申请，案件由 { $holder } 负责
referral-supervised-already = { $by } 的督办尚未反馈。请待反馈后再次督办
referral-not-supervised = 没有待反馈的督办，案件由 { $holder } 负责
referral-not-with = { $unit } 既未承办本案，也不是待签收单位；案件由 { $holder } 负责，无需改派
referral-not-outside = { $unit } 不是外部机构。请转办，或者邀请协办
referral-outside-body = { $unit } 是外部机构，不能承接本案责任。请用移送
referral-no-such-handover = 没有对应的待反馈移送，案件由 { $holder } 负责。请核对移送单
referral-kept-too-short = 向外提供个人信息的记录至少保存三年，不得为 { $years } 年。请留空或者填写更长年限
referral-unsaid = 请填写 { $field }，不超过 { $limit } 字，不得写入群众姓名
referral-several = 请逐项更正：{ $problems }
referral-answer-before-handover = { $day } 早于移送日 { $handed }，答复不能在移送之前。请更正日期
referral-impossible-day = { $day } 尚未到来。请更正日期
referral-impossible-time = 发生时间 { $occurred } 不可能：现在是 { $now }。请核对日期
referral-before-basis = 发生时间 { $occurred } 不可能：它所依据的事项发生于 { $earlier }。请核对日期
referral-entered-too-late = 发生于 { $occurred } 的事项，补录期限已于 { $day } 届满（{ $basis }）。请按今日日期登记，并在卷宗中注明纸质日期
referral-late-reason-missing = 发生于 { $occurred } 的事项，{ $day } 后录入的须说明补录事由（{ $basis }）。请选择事由
referral-late-approval-missing = 发生于 { $occurred } 的事项，{ $day } 后录入的须经本单位另一人或者上级司法局审批（{ $basis }）。请写明审批人，由其本人登录批准；一人单位由司法局列明后，注明一人单位
referral-approved-by-oneself = 补录人 { $approver } 不能自己审批。请由另一人审批
referral-late-approval-not-given = { $approver } 尚未批准这次补录：只填审批人姓名或账号不算批准。请其本人登录后在“补录审批”中批准，再原样提交一次即可
referral-not-an-approver = { $approver } 不是本单位人员，也不是上级司法局的督办人或者管理员，不能审批这次补录。请由本单位同事或者上级司法局审批
referral-no-one-person-office = { $unit } 未列为一人单位。请由另一人审批；确为一人单位的，请司法局列明

## 台账

ledger-nobody-asks = 未写明由谁查询。清单只答复工作人员，请写明由谁查询
ledger-not-for-role = { $role }不能查看这项内容。请联系主管该区划的督办人
ledger-unknown-unit = 目录中没有单位 { $unit }。请核对单位
ledger-not-your-unit = { $unit } 的工作不属于您代表的 { $yours }。请查询本单位
ledger-not-your-division = { $within } 不在 { $yours } 辖区内。请查询本辖区
ledger-empty-period = 期间的终点早于起点。请改正起止时间
ledger-building = 台账正在由日志重建：已完成 { $position }/{ $head } 条。请稍后再试

## 各专业单位通用

matter-acts-for-other-side = { $staff } 承办（过）对方当事人的案件，不得再承办本案（律师法第三十九条）。请另派他人
matter-no-matter = 没有可由本单位办理的本案事项。案件已转办到本单位的，请先签收转办
matter-not-your-matter = 本案由 { $holder } 承办，您代表的是 { $unit }。请联系该单位
matter-not-yours-to-decide = 该决定由 { $bureau } 作出，您代表的是 { $unit }；任何单位不得审查自己的决定。请由该机关处理
matter-no-bureau = { $division } 没有可以审查该决定的司法行政部门。请管理员补充目录
matter-own-approval = { $staff } 是提出延长的人，不能自行批准。请由他人批准
matter-approval-required = 此处该决定须经他人审批（{ $basis }）。请先拟办，再由他人批准
matter-no-approval-needed = 此处该决定无须他人审批。请直接作出
matter-draft-waits = { $staff } 拟的决定正在待批。请先批准或者退回
matter-no-draft = 没有待批的决定。请先拟办
matter-own-draft = { $staff } 是拟办人，不能自行批准或者退回。请由他人审批
matter-not-the-named = 没有办理：本项由 { $named } 承办，由其本人办理。本人不能办理的，请另行指定
matter-not-now = 现在不能这样办：{ $standing }。现在可以办的，列在案件页上
matter-incomplete = 缺少 { $field }。请补充后重新提交
matter-several = 请逐项更正：{ $problems }
matter-not-extensible = { $step } 的期限不能延长。请按期办理，或者退回
matter-extended-before = { $step } 的期限已延长 { $times } 次，不能再延长。请尽快办理
matter-extension-late = { $step } 的期限已于 { $day } 届满，延长须在届满前提出。请尽快办理
matter-told-once = 已一次性告知过补正事项。请就现有材料作出决定
matter-impossible-time = 发生时间 { $occurred } 不可能：现在是 { $now }。请核对日期
matter-before-basis = 发生时间 { $occurred } 不可能：它所依据的事项发生于 { $earlier }。请核对日期
matter-entered-too-late = 发生于 { $occurred } 的事项，补录期限已于 { $day } 届满（{ $basis }）。请按今日日期登记，并在卷宗中注明纸质日期
matter-late-reason-missing = 发生于 { $occurred } 的事项，{ $day } 后录入的须说明补录事由（{ $basis }）。请选择事由
matter-late-approval-missing = 发生于 { $occurred } 的事项，{ $day } 后录入的须经本单位另一人或者上级司法局审批（{ $basis }）。请写明审批人，由其本人登录批准；一人单位由司法局列明后，注明一人单位
matter-approved-by-oneself = 补录人 { $approver } 不能自己审批。请由另一人审批
matter-late-approval-not-given = { $approver } 尚未批准这次补录：只填审批人姓名或账号不算批准。请其本人登录后在“补录审批”中批准，再原样提交一次即可
matter-not-an-approver = { $approver } 不是本单位人员，也不是上级司法局的督办人或者管理员，不能审批这次补录。请由本单位同事或者上级司法局审批
matter-no-one-person-office = { $unit } 未列为一人单位。请由另一人审批；确为一人单位的，请司法局列明
matter-critical-date-open = { $kind }（{ $day } 止）尚未了结。请先办理，并了结该期限；未办的，注明当事人决定不提起、已书面告知当事人或者逾期未办
matter-day-or-start = 最后一日和起算日请填写其中一项：知道最后一日的填最后一日，否则填起算日
matter-no-statutory-term = { $kind } 没有法定期间。请填写最后一日
matter-critical-date-kept = { $kind }（{ $day } 止）已经登记。请核对，不必重复登记
matter-no-critical-date = 没有未了结的“{ $kind }”，或者日期不符。请核对
matter-which-critical-date = 未了结的“{ $kind }”不止一项：{ $days }。请写明是哪一日止的
matter-day-to-come = { $day } 尚未到来。请核对日期
matter-day-outside = 日期 { $day } 有误：应在 { $earliest } 至 { $latest } 之间。请核对年月日
matter-out-of-range = { $field }只能填 { $least } 至 { $most }。请更正
matter-not-a-document-number = { $field }填文书的编号：含数字，最多 { $most } 个字，例如 〔2026〕2号。请更正
matter-critical-date-missed = { $kind } 于 { $day } 届满，{ $on } 已在其后。请按“逾期未办”了结
matter-critical-date-runs = { $kind } 到 { $day } 当日终了才届满，不能作“逾期未办”。请抓紧办理

## 法律援助

legal-aid-means-first = 尚未核定经济困难状况。请先核定
legal-aid-too-many-years = 执业年限 { $years } 年与执业证号不符：按证号至今最多 { $most } 年。请核对证号和年限
legal-aid-too-junior = 可能判处无期徒刑、死刑的案件，律师执业须满 { $wanted } 年，所填为 { $years } 年。请另行指派
legal-aid-asks-itself = 协作函须发给其他法律援助机构；本机构自行核查的时间计入审查期限。请另选机构
legal-aid-unknown-agency = 本省和外省的法律援助机构名录中没有“{ $agency }”。请按名录填写机构名称；名录中确实缺少的，请由主管司法局补录
legal-aid-letter-sent = 协作函 { $letter } 在本案中已经发出过，同一文号只能发一次。请登记该函的答复，或填写新函的文号
legal-aid-last-day-too-late = 截止日 { $last_day } 太晚：审查期限最多停到 { $latest }。请填写该日或更早的日期
legal-aid-not-notified = 本案不是办案机关通知的案件，也不属于须函告办案机关的种类，无需告知。请继续办理
legal-aid-refusal-unfit = “{ $ground }”不能作为“{ $kind }”不予援助的理由（{ $basis }）。可用的理由：{ $fitting }
legal-aid-termination-unfit = “{ $ground }”不能作为“{ $kind }”终止援助的理由（{ $basis }）。可用的理由：{ $fitting }
legal-aid-no-notice = “{ $kind }”不因办案机关通知而改变。请按申请办理
legal-aid-other-organ = “{ $kind }”不由{ $organ }通知，可以通知的是：{ $organs }。请核对公函
legal-aid-notice-to-come = 公函收到日期 { $day } 还没有到。请更正
legal-aid-organ-to-tell = 尚未将承办人告知办案机关（法律援助法第三十六条；关于刑事诉讼法律援助工作的规定第十二条）。请先告知，再结案
legal-aid-not-yet = 申请时间 { $applied } 晚于现在。请更正
legal-aid-forwarding-known = 本案的转交情况已经登记，一件申请只转交一次。请核对已有记录
legal-aid-not-means-tested = “{ $topic }”不受经济困难条件限制（法律援助法第三十二条）。请不以经济状况为由作出决定
legal-aid-means-tested = “{ $topic }”须符合经济困难条件（法律援助法第三十一条）。请核查，或者查明申请人是否属于免予核查的人员（第四十二条）
legal-aid-exemption-unnamed = 免予核查须写明申请人属于哪一类人员，以及凭什么证明（法律援助法第四十二条）。请补填
legal-aid-not-of-group = 进城务工人员申请支付劳动报酬、请求工伤事故人身损害赔偿的，免予核查（法律援助法第四十二条）；本案是“{ $topic }”。请核查经济困难状况，或者另选类别
legal-aid-calculation-incomplete = 核算须同时写明城镇或者农村、共同生活人数（至少一人）和家庭年收入。请补填
legal-aid-calculation-contradicts = 核算结果与所选不符：人均年收入 { $income } 元，标准 { $line } 元。请核对后再选
legal-aid-no-means-line = 目录中没有 { $place } 当日适用的经济困难标准的金额。请同时填写基准金额和基准金额的出处，或者请司法局在“变更登记”中登记经济困难标准
legal-aid-means-within = 经济困难状况已核定为“{ $means }”，不能以超过标准为由不予援助（法律援助法第四十一条、第四十二条）。请重新核定，或者选择其他理由
legal-aid-above-line = 经核算超过经济困难标准，不能决定给予援助（法律援助法第三十一条）。请重新核定，或者决定不予援助
legal-aid-both-sides = 执业证号 { $licence } 的人员承办（过）对方当事人的案件，不得代理双方。请另派他人
legal-aid-not-a-licence = 执业证号 { $licence } 有误：律师为17位数字，基层法律服务工作者为14位数字，例如 15308202010123456
legal-aid-unknown-organ = 目录中没有该外省{ $organ }，或者当日无效。目录中有：{ $known }。请核对，或者留空
legal-aid-other-lawyer-asked = 受援人已经请求更换承办人，正在等待决定。请决定更换或者不予更换，不必重复登记
legal-aid-no-other-lawyer-asked = 受援人没有请求更换承办人。请核对
legal-aid-other-lawyer-to-decide = 受援人请求更换承办人，尚未决定（法律援助法第五十五条）。请先更换承办人，或者决定不予更换
legal-aid-same-lawyer = 没有更换：执业证号 { $licence } 的人员正在承办本案。请填写更换后的人员
legal-aid-last-day-too-early = 截止日 { $last_day } 有误：告知日（发函日）为 { $notice }，当日不计入（民法典第二百零一条）。请填写之后的日期
legal-aid-remark-on-other = “{ $paper }”有补正说明，但不在所缺材料之列。请一并列出该材料，或者删去该说明
legal-aid-own-decision = 没有决定：{ $staff } 参与作出了被异议的决定，不能由本人处理异议，也不能以另一身份处理（法律援助法第四十九条）。请由司法行政部门的其他人员处理
legal-aid-papers-awaited = 申请人可以在 { $last_day } 当日终了前补正。请等候，该日之后再作处理
legal-aid-refusal-waits = 没有决定：申请人可以在 { $last_day } 当日终了前补充材料或者作出说明，此前不得以“{ $ground }”为由不予援助（法律援助法第四十三条）。请等候该日，或者材料补齐后再作决定；申请人不愿等候的，可以撤销申请
legal-aid-papers-not-asked = 没有决定：从未告知申请人缺少哪些材料，不得以“材料不足”为由不予援助（法律援助法第四十三条）。请先一次性告知须补充的材料和截止日
legal-aid-subsidy-above-standard = 补贴 { $yuan } 元超过目录规定的每件最高 { $most } 元（法律援助法第五十二条）。请核对金额，单位为元；标准有变动的，请先更新目录

## 公证

notarization-tell-first = 尚未告知当事人法律意义和可能产生的法律后果。请先告知
notarization-not-everyone-came = 申办人共 { $people } 人，须每人亲自到场（公证程序规则第十一条）。卷内第 { $person } 位还没有记录到场，到场后请逐人记录
notarization-in-person = { $topic } 须由本人申办。本人到场后请记录到场
notarization-review-late = 复查申请期限已于 { $day } 届满。当事人可以提起诉讼
notarization-same-notary = 公证书由 { $notary } 出具，不得由其复查。请指定其他公证员
notarization-known-to-come = { $day } 尚未到来，当事人不可能在该日收到或者知道公证书。请核对日期
notarization-party-cause-early = 因当事人原因终止公证，须六个月内不能办结；六个月到 { $day } 届满（公证程序规则第五十条）。请另选情形，或者期满后再办
notarization-fee-waived = 本件公证费已全部免收，不存在拒绝交费。请另选情形
notarization-certificate-given = 没有出证：公证书编号 { $certificate } 本处已经用过。请核对编号
notarization-handled-it = { $notary } 承办了本件公证，不得由其复查。请指定其他公证员
notarization-unknown-reviewer = { $unit } 的名册中没有 { $reviewer }，或者当日不在册。请从本处公证员中指定
notarization-known-before-issue = 知道日期 { $day } 早于出证日期 { $issued }。请填写收到公证书或者知道其内容的日期

## 人民调解

mediation-consent-first = 对方当事人尚未同意调解。请征求意见后记录
mediation-which-respondent = 被申请人共 { $count } 人。请写明是第几人，以登记表中的顺序为准
mediation-no-such-party = 没有第 { $person } 人，共 { $count } 人。请按登记表中的顺序填写；人数不符的，先核对人数
mediation-party-declined = 被申请人{ $person }已明确拒绝调解，不再受协议约束（人民调解法第十七条）
mediation-fewer-respondents = 已登记被申请人 { $count } 人，不能减少；有人不参加调解的，请记录其拒绝
mediation-mediator-twice = 调解员 { $mediator } 写了两次。请只写一次
mediation-mediator-stands-back = { $mediator } 在本纠纷中回避。请另选调解员
mediation-not-on-roster = { $unit } 的调解员名册中没有 { $mediator }。请从名册中选择，或者先更新名册
mediation-roster-period = { $mediator } 在 { $day } 不在任期内。请另选调解员
mediation-term-known = 与协议第 { $term } 项相同，不必再登记
mediation-no-term = 协议没有第 { $term } 项。请按已登记的项数填写
mediation-terms-open = 协议第 { $terms } 项尚未记录为已履行。请逐项记录后再确认全部履行
mediation-terms-kept = 协议各项均已履行，不能记录为未履行。请确认全部履行
mediation-not-confirmable = { $topic } 类协议不能申请司法确认。请督促履行
mediation-confirmation-late = 申请司法确认的三十日期限已于 { $day } 届满。请督促履行

## 搁置事件

parking-nothing-parked = 案件 { $case } 在此没有搁置的事件。请用 onestop parked list 查看
parking-not-first = 最先搁置的是 { $first }，不是 { $event }。请先处理前者
parking-still-fails = { $event } 仍不能办理：{ $problem }。请排除原因后再试，或者略过
parking-why-is-missing = 请写明略过的理由，理由将记录在案
parking-no-request-waits = 没有等待答复的申请：可能已经办理、已经取消或者已过期。请刷新后再看
parking-skip-not-requested = 没有略过：略过须由两人办理，而 { $event } 没有待办的略过申请（或已过期）。请先由一人申请，再由另一名督办人办理；没有第二人时，由运维人员在服务器上写明原因办理
parking-skip-requested = { $by } 已申请略过，须由另一名督办人在 { $until } 前办理。请等待办理，或过期后重新申请
parking-same-person = 没有略过：提出人 { $by } 不能自己办理。请由另一名督办人办理

## 来源日志

replication-not-set-aside = { $source }（编号 { $epoch }）在此没有被搁置。请用 onestop source list 查看
replication-same-epoch = { $source } 以同一编号讲述另一段历史：同一日志有两份在用。请停用副本；确需继续使用的，请用 onestop log import 恢复
replication-no-reason = 请写明改随的理由，理由将记录在案
replication-no-request-waits = 没有等待答复的申请：可能已经办理、已经取消或者已过期。请刷新后再看
replication-follow-not-requested = 没有改随：改随须由两人办理，而 { $source } 没有待办的改随申请（或已过期）。请先由一人申请，再由另一名督办人办理；没有第二人时，由运维人员在服务器上写明原因办理
replication-follow-requested = { $by } 已申请改随，须由另一名督办人在 { $until } 前办理。请等待办理，或过期后重新申请
replication-whole-province-only = 没有办理：改随来源日志涉及所有地区，须由督办全部地区的人员办理。请向省级督办人提出
replication-same-person = 没有改随：提出人 { $by } 不能自己办理。请由另一名督办人办理

## 登记簿

registry-unknown-site = 名录中没有站点 { $site }。请核对编号
registry-unknown-unit = 名录中没有单位 { $unit }。请核对编号
registry-not-your-site = { $unit } 的登记内容由其管理员或所属区划的督办人变更，您代表 { $yours }。请联系上述人员
registry-wider-tier-decides = 此项变更由 { $bureau } 确定，您代表 { $yours }。请报该单位办理
registry-day-past = { $first_day } 已过（今天是 { $today }），此前已作的决定不变。请填写今天或以后的日期
registry-day-too-far = { $given } 太远，可能是笔误；最远可填 { $last_day }。请核对年月日
registry-ends-before-it-begins = 截止日 { $last_day } 早于起始日 { $first_day }。请更正其中之一
registry-not-a-telephone = “{ $phone }”不是电话号码。请只写数字，区号与号码之间可用连字符
registry-address-blank = 地址为空。请填写地址；不变更的，请不要填写此项
registry-evidence-missing = 变更状态须写明依据：批复、验收情况或者暂停的原因。请填写
registry-contact-missing = 没有填写新的电话或者地址，请至少填写一项
registry-nothing-changes = 登记内容已是如此，无须变更
registry-has-opened = 站点已开放（{ $state }），不能再改为拟建。需要暂停的，请改为暂停服务
registry-delay-without-reason = 原计划 { $planned } 开放，推迟的须写明原因。请填写
registry-unknown-checkpoint = 达标清单中没有适用于本级站点的“{ $checkpoint }”。请核对编号
registry-full-too-long = 满负荷最多标记 { $most_days } 天，即到 { $last_day } 为止。请改短；届时仍满的，可再次标记
registry-weekdays-missing = 没有写明是周几。请至少选一天
registry-hours-overlap = 同一天的时段互相重叠。请更正
registry-item-not-here = 本级站点不办理“{ $item }”。请核对事项
registry-not-a-roster-name = “{ $name }”不是姓氏加称谓。值班人员对外公开，只写姓氏和称谓，例如王律师；可用称谓：{ $titles }
registry-unknown-proposal = 该站点没有待审批的第 { $proposal } 号变更。可能已经办理，请刷新
registry-proposal-waits = 同样的变更已经提请，编号 { $proposal }，正在等待审批
registry-proposal-over = 该变更的截止日 { $last_day } 已过，批准也不再生效。请退回
registry-own-proposal = 这项变更是您本人提请的，须由另一人审批（换岗位、换单位登录也不行）。请由该单位的其他督办人办理
registry-nobody-decides = 这项变更须由司法行政机关决定，目录中本地和上级都没有。请让管理目录的人补上
registry-unknown-step = 此地没有环节“{ $step }”的时限，无从变更。请核对环节
registry-limit-out-of-range = 天数须在 1 到 { $most_days } 之间。请更正
registry-limit-of-party = “{ $step }”是给当事人的时间，缩短会不利于当事人，不能由本地变更
registry-looser-than-wider = 比上级规定宽：上级为 { $days } { $day_kind }（{ $basis }）。本地只能从严，请填写不超过该期限的天数
registry-basis-missing = 须写明依据：通知、服务承诺或者本地规定。请填写
registry-days-off-not-here = 地方性假日由州（市）、县（市、区）规定，本级不能规定。请由上级办理
registry-holiday-unnamed = 没有写明是什么节日。请填写
registry-means-line-not-here = 经济困难标准由省、州（市）规定，本级不能规定。请由上级办理
registry-means-line-of-nothing = 经济困难标准的金额和比例都要大于零。请填写
registry-holiday-too-long = 一次放假最多 { $most_days } 天。请核对起止日
registry-unknown-matter = 名录中没有事项“{ $item }”，或者该事项没有所填的具体事项。请核对
registry-not-moved-in = 事项“{ $item }”不是进驻本站点的，无从撤出。本级站点依规定办理的事项不能撤出
registry-unknown-paper = 名录中没有材料“{ $paper }”。请核对编号
registry-paper-added = 上级不要求材料“{ $paper }”，本地不得增加。请删去
registry-reason-missing = 没有写明理由。请填写
registry-file-too-large = 文件大小为 { $size } 字节，应在 1 至 { $most } 字节之间。请缩小图片或降低扫描精度
registry-too-many-files = 该站点已有 { $count } 个文件，达到上限。请把多页合并为一个文件
registry-file-type-not-taken = { $media_type }不能作为{ $kind }。照片限 JPEG、PNG、WebP 图片，开办依据还可以是 PDF、OFD 文件
registry-other-media-type = 文件内容不像{ $media_type }。请重新选择文件
registry-other-hash = 已上传的内容与所称文件不符。请从头重新上传
registry-other-piece = 下一个应上传第 { $wanted } 块。请按顺序上传，除最后一块外每块 512 KiB
registry-uploads-full = 正在上传的文件有 { $count } 个，已满。请几分钟后再试
registry-attached-before = 该站点已有这个文件。请选择其他文件
registry-file-name-missing = 文件没有名称，或者名称超过 100 字。请重新命名后再上传
registry-no-such-evidence = 该站点没有这个文件，或者该文件只供工作人员查阅。请登录，或者从列出的文件中选择
registry-evidence-unreadable = 该文件与存入时不一致：已损坏或者丢失。请通知管理员从备份中恢复
registry-several = 请逐项更正：{ $problems }

## HTTP 接口

api-not-signed-in = 尚未登录。请在请求中附 Authorization: Bearer <令牌>，或在浏览器中登录
api-password-first = 密码由他人设置。请先在浏览器中修改密码
api-second-factor-first = 该岗位须使用二次验证。请先在浏览器中设置
api-missing-scope = 令牌没有“{ $scope }”权限。请申请有此权限的令牌
api-whole-only = 这项内容涉及全部区划，只有主管全部区划的督办人和审计人员可以查看
api-administrators-only = 事件推送由单位管理员办理，或使用其有 webhooks 权限的令牌
api-other-site = 请求来自其他网站。请从本站提交，或使用令牌
api-bad-header = 请求头“{ $header }”有误（{ $problem }）。请改正后重新提交
api-unreadable = 请求无法识别。可接受的内容见 /api/v1/openapi.json；地址须为百分号编码的 UTF-8
api-missing-key = 办理事项须附请求头 Idempotency-Key：一个新的UUID。用同一编号重发，不会重复办理
api-not-json = 内容不是 JSON（{ $problem }）
api-encoded-body = 内容不能压缩或另行编码（Content-Encoding: { $encoding }）。请去掉该标头，发送原文
api-other-charset = 内容须为 UTF-8 编码，所发为 { $charset }
api-wrong-type = 内容须为 Content-Type: application/json
api-not-acceptable = 此处只以 { $offered } 答复。请改正请求头 Accept
api-too-large = 内容超过 { $limit } 字节
api-wrong-method = 此地址不接受 { $method }，只接受 { $allowed }
api-unknown-address = 没有这个地址。全部地址见 /api/v1/openapi.json
api-too-often = 请求过多。请 { $seconds } 秒后再试
api-too-slow = 用时过长。如系办理事项，请用同一编号重发
api-failed = 系统出错，已记入日志。如系办理事项，请用同一编号重发
api-other-epoch = 日志总册已恢复，事件重新编号（{ $epoch }）。请用 ?from=0 从头读取
api-unknown-webhook = 本单位没有事件推送 { $webhook }
api-webhook-address = 推送地址不能使用（{ $problem }）
api-too-many-webhooks = 每个单位最多 { $limit } 个事件推送。请先删除不再需要的
api-not-parked = 推送没有搁置，无需略过
api-late-approval-asked = 已请 { $approver } 审批这次补录，尚未办理。请其本人登录后在“补录审批”中批准，再原样提交一次即可
api-late-approval-refused = { $approver } 未批准这次补录：{ $why }。请按意见改正后重新办理
api-unknown-approver = 审批人 { $approver } 没有可用账号，或者不在本单位、上级司法局任职。请填写本单位同事或者上级督办人的账号
