# The texts of the command line. The tests of src/messages.rs check that every language has every message.

## Shared

sheet-changes = 变更
sheet-import = 导入站点
sheet-mend = 有问题的行已另存，改正后可再次导入
sheet-not-whole = 有的行有问题，请改正后再次导入
sheet-resume = 部分行已登记；用同一个键再次运行即可接着办理
sheet-row = 行
sheet-rows = 行数
sheet-took = 用时
sheet-wrong = 有问题的行
unit-events = 条
accounts = 账号
workbench = 工作台
ledger = 台账
revision = 版本
list-separator = 、
phrase-separator = ，
separator-semicolon = ；
colon = ：
in-brackets = （{ $remark }）

## applicant

applicant-answered = 窗口答复
applicant-recorded = 本次查阅已记录

## attachment

attachment-verified = 已校验

## backup

backup-accounts-unit = 个
backup-increment-of = { $made } 的增量
backup-erasures-applied = 已按删除名单重新删除：本备份中 { $count } 件案件的密钥
backup-erasures-awaited = 尚不知道备份之后删除了哪些人的信息。在此之前，登记服务不提供个人信息，也不就绪。请在设置中以 erasure_list 指明删除名单后启动；如无名单，请执行 onestop backup erasures --no-erasure-list
backup-erasures-none = 已记录：没有删除名单。备份之后删除的个人信息可再次读取，请重新删除
backup-in-clear = 此备份未加密：持有文件者即持有其中的密钥。请设置 backup_recipients，重新备份，然后销毁此文件及其副本；文件可能外泄的，请更换密钥（onestop keys rotate、onestop keys rotate-master）
backup-fetched = { $name } 已取到 { $file }，与存入时一致。恢复时执行：onestop backup restore { $file } --identity 文件 --data 目录
backup-recipient-made = 请把第一行填入设置 backup_recipients；该文件即私钥，请离机保管，并另存一份：没有它，任何备份都无法恢复
backup-store-deleted = 保存期已满，已从 { $place } 删除：{ $name }
backup-store-failed = 本机备份 { $file } 完整，但未能复制到对象存储：{ $problem }。排除后执行：onestop backup store { $file }
backup-store-not-deleted = { $name } 的保存期已满，但对象存储不予删除：{ $problem }。存储桶设有锁定的，可保留到锁定期满
backup-stored = { $name } 也已存入 { $place }，大小和 SHA-256 核对一致

## case

case-applicant = 申请人{ $number }
case-applicant-alone = 申请人
case-respondent = 被申请人{ $number }
case-respondent-alone = 被申请人
case-anonymous = 匿名（申请人不愿留名）
case-erasure-requested = 已申请删除当事人信息，须由另一人在期限内办理
case-erased = 当事人信息已删除
case-file = 附件
case-heading = 案件
case-holder = 现由
case-home-visit = 上门服务
case-interpreter = 需要翻译
case-merged-here = 已并入本案
case-merged-into = 并入
case-missing = 还需补交
case-opened-at = 登记时间
case-outage = ! 线路不通：转办情况可能已有变化
case-outage-since = ! 线路不通，转办情况截至
case-redo-by = 差评整改期限
case-see-to = 注意
case-urgent = 紧急
case-window = 窗口

## custody

custody-co-unit = 协办：
custody-designated-by = 指定单位：
custody-disputed-by = 争议：
custody-extension = 申请延期：
custody-handed-over = 移送：
custody-instruction = 督办：
custody-not-answered = 待反馈
custody-offered = 已转给，待签收：
custody-record-kept = 记录保存至

## directory

directory-decided-by = 管辖地：
directory-version = 目录版本
directory-no-division = 没有区划 { $code }。请核对代码，或者用 --find 按名称查找
directory-no-site = 没有站点 { $site }。请核对编号
directory-none-called = 没有叫这个名称的地方。请只写名称的一部分
directory-which = 查哪里？请写 --find 名称、--at 区划代码或者 --site 站点编号
directory-no-day = “{ $day }”不是日期。请写成 2026年3月4日，或者 3月4日
coverage-as-of = 截至{ $day }
coverage-totals = 合计：
coverage-found = 截至{ $day }共 { $total } 个，第 { $page } 页，共 { $pages } 页
coverage-opens = 计划{ $day }开放
coverage-met = 达标 { $met } 项，共 { $points } 项
coverage-reported = { $day }确认
tier-province = 省
tier-prefecture = 州市
tier-county = 县
tier-township = 乡镇
tier-village = 村
due-no-place = 没有这个区划
due-out-of-years = 年份不在日历范围内，请填 1950 至 2200 年的日期
due-no-limit = 这个环节当日在该地没有期限
due-never-pauses = 这个期限没有不计入的期间（{ $basis }）
due-never-extended = 这个期限不能延长（{ $basis }）
due-not-extensible = 这个期限最多延长 { $times } 次（{ $basis }）
due-before-it-began = 早于起算时间
due-after-it-ended = 当时期限已经届满，不再停止或者延长
route-no-item = 没有事项“{ $item }”。已有：{ $known }
route-no-topic = “{ $item }”没有具体事项“{ $topic }”。已有：{ $known }
route-topic-not-in-force = { $day }不受理“{ $topic }”：依法尚未开始，或已经停止。请选择当日受理的事项。
route-place-does-not-decide = “{ $about }”由谁办理，不由{ $given }确定。{ $law }
route-nobody-works = { $place }及其上级没有单位办理“{ $item }”。请在 items.toml 中增加单位，或者换一个地方
route-nobody-left = { $place }办理“{ $item }”的单位都不能承办：当日不开放、已退回、逾期未签收或者有利益冲突
directory-files-only = 以上只依目录文件。各地此后登记的内容，请加 --recorded 向运行中的系统查询，或看网页“站点”和“期限计算”。

## upgrade-check

upgrade-back = 同一次版本的较早发布，能读已存的内容。停止各服务，换上，再启动
upgrade-database = 工作台数据表
upgrade-far = 相隔多个发布：请先停止全部服务再更换第一个，只有相邻发布试过同时运行（见 COMPATIBILITY.md）
upgrade-far-back = 要回到较早版本，只能用升级之前的备份：请用正在运行的版本先做一份
upgrade-log = 日志
upgrade-newer = 本版本不认识的事件：
upgrade-not-read = 不要更换正在运行的版本，先查明原因：onestop verify
upgrade-room = 请腾出空间：接管需要日志大小的两倍
upgrade-runs = 正在运行
upgrade-taken-over = 由 0.1.0 版写入：首次启动时接管，之后 0.1.0 版不能再读

## doctor

doctor-accounts-keep = 不要动该文件，排除原因即可：磁盘已满，或文件属于其他用户
doctor-accounts-no-administrator = 尚无单位管理员：onestop staff add <账号> --role unit-administrator --unit <单位> …
doctor-accounts-open = 个可用
doctor-accounts-outside = 这些账号在外单位任督办人或审计人员，看不到任何案件：请去掉该岗位（onestop staff post remove）或停用账号
doctor-accounts-put-back = 从备份放回
doctor-backup = 最近一次完整备份
doctor-backup-increment = ；此后的增量：{ $at }
doctor-backup-make = 执行 onestop backup make --out 文件，并查明定时备份为何没有完成（见 deploy/RUNBOOKS.md）
doctor-backup-none = 本机没有备份记录
doctor-backup-old = { $at }：距今已超过 { $hours } 小时
doctor-backup-set = 设置 backup_recipients，然后每夜备份：onestop backup make --out 文件（见 deploy/RUNBOOKS.md）
doctor-backup-store = 对象存储中的副本
doctor-backup-store-copy = 执行 onestop backup store 文件，复制最近一次备份，并查看失败原因
doctor-backup-store-mend = 更正该设置或该文件，然后执行：onestop backup store 文件
doctor-broker = 消息服务器
doctor-broker-missing = 运行 onestop up，或用 --nats 指明地址
doctor-broker-old = 升级到 2.9 或更新
doctor-broker-other-instance = 此密钥不是实例 { $instance } 的，消息服务器不让它收取答复
doctor-broker-name-instance = 用 --instance 写明密钥所属的实例（密钥在 site-NAME 目录里的，即 --instance NAME），或者换用本实例的密钥
doctor-broker-sign-in = 请指明消息服务器认识的密钥：--nats-key keys/desk.nk（由 onestop keys init 生成）
doctor-clock = 时钟
doctor-clock-ahead = 最新事件在未来（秒）
doctor-clock-differs = 时钟与本机相差（秒）：
doctor-clock-set = 校准时钟（chrony 或 ntp）
doctor-comparison = 总册副本
doctor-comparison-agrees = 一致，根
doctor-comparison-differs = 请原样保存两边日志（onestop log export），从该位置起比对；移开日志总册目录后，它会重新读取全部事件
doctor-cosigned = { $count } 个日志，最近一次 { $at }
doctor-cosigning = 检查点会签
doctor-cosigning-refused = 请原样保存该日志与日志总册，用 onestop verify 查出第一个不符的检查点，并查明谁能写入该处
doctor-cosigning-start = 启动该服务，或为日志总册的目录腾出空间、恢复写权限；每分钟自动重试
doctor-directory = 目录
doctor-directory-behind = 该服务收不到登记簿的变更，仍按旧内容办理：检查其日志和消息服务器权限（onestop keys init）
doctor-directory-heard = 已听到登记簿变更
doctor-directory-same = 让各服务使用同一目录（设置项 directory），然后重新启动
doctor-disk = 磁盘
doctor-disk-free = 可用
doctor-certificate = 证书
doctor-certificate-not-read = 无法读取
doctor-certificate-renew = 把新证书和私钥写到原文件（见 deploy/RUNBOOKS.md，a certificate expires）
doctor-certificate-until = 有效期至 { $at }
doctor-disk-full = 腾出空间，或把数据目录移到更大的磁盘
doctor-disk-missing = 先运行 onestop up，或用 --data 指明数据目录
doctor-key-put-back = 从备份放回
doctor-not-cosigned = 自 { $since } 起未会签：{ $why }
doctor-readings = 查阅次数
doctor-readings-usual = 七天内没有人超过
doctor-readings-unusual = 次超过
doctor-readings-look = 请督办人员核对：onestop audit staff STAFF 列出此人看过什么
doctor-site-files = 站点文件
doctor-site-files-counted = 存 { $stored } 个，{ $mebibytes } MiB；无站点使用 { $unnamed } 个，缺失 { $missing } 个，正在上传 { $coming } 个
doctor-site-files-missing = 从备份恢复登记簿的 evidence/ 文件夹
doctor-site-files-unnamed = 已撤下的由登记簿在一小时内删除；其余保留七天，早于日志的一直保留：删除前请先与备份核对
doctor-site-files-unreadable = 启动登记簿，它会重新建立文件索引
doctor-junk = 条消息已略过，并非该服务所写，末条主题
doctor-junk-find = 请查明谁能在该主题发布：onestop keys init 只给每把密钥它自己的主题
doctor-lease = 受理进程：
doctor-lease-term = 任期
doctor-standby = 备用机：
doctor-standby-absent = 没有备用机跟上，已确认的内容只存了一份
doctor-standby-start = 检查备用机，在上面启动 onestop standby（见 deploy/RECOVERY.md）；不设备用机的，把 standby 设为 none
doctor-workbench-standby = 备用机已跟上，落后 { $behind } 项变更
doctor-standby-here = 本机上的备用：
doctor-standby-stopped = 没有在运行，最后一次报告于
doctor-standby-refused = 按提示处理后，备用会自行重试（见 deploy/RECOVERY.md 的备用一节）
doctor-standby-restart = 在本机启动 onestop standby；不再设备用的，删除该服务目录里的 standby.json
doctor-lease-unsure = 不能确认由它受理，暂停受理：检查 onestop provision 和消息代理是否在运行，该服务是否在两处启动（见 deploy/RECOVERY.md）
doctor-refused = 个事件未予采信，末条主题
doctor-refused-division = 若站点区划有误：onestop keys init --site 名称=区划；若无误，其密钥已落入他人之手：onestop keys revoke service/intake/名称
doctor-refused-enrol = 若是本系统的站点：用 onestop keys init --site 名称=区划 登记；若不是，请查明谁的密钥在该主题发布，并更换该密钥
doctor-refused-revoke = 请查明谁的密钥在该主题发布；onestop keys revoke 可使其签名失效
doctor-refused-upgrade = 没有丢失：已改从来源日志读取。请升级该实例；若版本已相同，则有他人用其链路发布
doctor-ledger-failing = 看日志总册服务的日志：磁盘是否已满、文件能否写入
doctor-erasures = 删除名单
doctor-erasures-signed = 共 { $count } 件，每件均有本节点 intake 的签名
doctor-erasures-unsigned = 有 { $count } 行没有本节点 intake 的签名，不据此删除任何内容：{ $cases }
doctor-erasures-unsigned-next = 运行 intake，它会把已删除的案件签名后重新登记。本方未曾删除的案件，请询问该节点的管理人员；旧行和已吊销密钥签的行会一直保留
doctor-erasures-unreadable = 请询问该节点的管理人员；用 --issuers 指明签发方名册，或用 --key 指明与名册同目录的密钥
doctor-master-key = 主密钥
doctor-master-key-missing = 放回另存的副本；没有它，个人信息不能再读
doctor-parked = 搁置
doctor-parked-cases = 个事项有事件未能办理
doctor-parked-held-back = 件案件的搁置事件超过可列上限：
doctor-parked-newer = 件案件有比该服务新的事件：
doctor-parked-upgrade = 升级该服务，之后会自动补办
doctor-public-key-missing = 公钥缺失
doctor-readable = 他人可读
doctor-restart-service = 重启该服务
doctor-service = 服务
doctor-service-key = 指明正确的密钥和其所属实例；两项都对的，说明消息代理的配置较旧：onestop keys init
doctor-service-missing = 启动它；运行过的，日志会写明为何停下
doctor-service-runs = 它在运行：看它的日志和 /readyz，其中写明为何不答此问
doctor-service-silent = 它在运行，但未及时应答：看它的日志，以及所在机器的磁盘和处理器
doctor-signing-key = 签名密钥
doctor-signing-key-missing = 从备份放回；否则此日志无法再签名
doctor-source-behind = 条未收
doctor-source-far-behind = 稍后再看；若不减少，看该服务的日志
doctor-source-set-aside = 来源日志与所听不符：核对两边，再用 onestop source follow 决定
doctor-source-silent = 未应答，自
doctor-source-start = 启动该来源或检查其线路；其事件会等待，不会丢失
doctor-unready = 未就绪：
doctor-unready-log = 它的磁盘出了故障，日志已关闭：检查磁盘后重新启动；数据损坏的，见 deploy/RECOVERY.md
doctor-unready-wait = 请稍候，它会自行完成
doctor-unready-broker = 检查消息代理及其配置（onestop keys init、onestop provision），以及 key 和 instance 两项设置
doctor-unready-withheld = 现在不能登记，也不能查看个人信息。用设置 erasure_list 指明删除名单；没有名单的，停下 intake，再用 onestop backup erasures 补上（见 deploy/RECOVERY.md）
doctor-unready-disk = 腾出磁盘空间，它会自行恢复受理
doctor-unready-other = 看它的日志；停了的，重新启动
doctor-subscribers = 收听方对其日志所知：
doctor-subscribers-ask = 启动它或检查其线路，系统会再问；若被消息代理拒绝，说明其配置较旧：onestop keys init
doctor-subscribers-contradict = 已暂停受理。先停下它，把最新的数据目录放回；若已丢失：onestop restore 服务名，由他方所听重建（见 deploy/RECOVERY.md）。然后再启动
doctor-subscribers-unasked = 未能询问：
doctor-workbench-missing = 运行 onestop up 或 onestop-gateway；运行过的，日志会写明为何停下
doctor-workbench-unready = 它在运行：解决它所等待的事项后会自行恢复
doctor-witness = 外部见证
doctor-witness-mount = 重新挂载该磁盘，并允许日志总册写入；如文件被改动，请注明日期另存、不要删除，系统会另建新文件

## data

data-in-use = { $path } 正由另一进程使用。该进程未受影响。请先停止它，或用 --data 指定另一目录
data-in-use-by = { $path } 正由进程 { $process } 使用。该进程未受影响。请先停止它，或用 --data 指定另一目录

## done

done = 已办理
done-before = （此前已办理）

## due

due-day = { $day } 到期，至 { $at } 止（{ $certainty }）
due-skipped = 不计入的日子：

## found

found-more = 还有更多，请缩小范围
found-none = 没有找到

## keys

keys-next = 下一步
keys-sites-restart = 新增站点后：重新启动中心的 nats-server，再重新启动 onestop provision（它启动时读取站点）

## ledger

figure-total = 这一数字为 { $times }，涉及 { $cases } 件案件。
figure-unseen = 其中 { $unseen } 件由其他地区登记和承办，不在可查看范围，未列出。
ledger-rebuilding = 重建台账
ledger-rebuilt = 台账已重建，条数：

## limit

limit-coming = 尚未施行
limit-replaced = 已被更严的规定或新登记的规定代替
limit-due = { $on } 起算的，{ $day } 到期（{ $certainty }）
limit-everywhere = 全省
limit-extension = 可延长 { $days } 日，{ $times } 次：{ $approver }
limit-former = 已失效，期间开始的案件仍适用
limit-line = standards.toml 第 { $line } 行
limit-recorded = 由登记簿登记
limit-none = 当日没有时限
limit-pauses = 不计入：{ $reasons }
limit-pauses-left-out = 上级不计入期限的（{ $reasons }），本条照计；如非本意，请在本条写上 pauses
limit-promise = 服务承诺
limit-basis = { $basis }（{ $status }）
limit-statute = 法律规定
limit-unconfirmed = 待确认
limit-wider = 上级时限，已从严

## log

log-exported = 已备份
log-repair-cursors = 游标未保留：各来源的事件将重新收听，已处理过的不会重复处理。
log-repair-epoch = 新编号
log-repair-kept = 已保留
log-repair-lost = 缺失
log-repair-moved = 原有文件全部移到
log-repair-reason = 原因
log-repairing = 正在检查
log-restored = 已恢复到
log-restored-events = 条，新编号

## master

master-key-made = 请另存一份，与备份分开保管；在设置中以 master_key_file 指明
master-key-rotated = 把密钥已重新封装
master-key-rotated-next = 请另存新主密钥，并立即做一次备份。只要还保留此前的备份，就要把旧主密钥与备份分开保管：没有它，那些备份中的个人信息无法读取。两者同时销毁
issuer-rotated-next = 请用此密钥重新启动该程序，然后执行 onestop keys revoke … --which former
issuer-revoked = 个密钥已吊销，其签名不再有效

## matter

matter-clock = { $step }：{ $day } 到期（{ $certainty }），{ $days } { $kind }，{ $basis }
matter-clock-over = 已超期 { $days } 天
matter-clock-paused = { $since } 起中止计算
matter-critical-date = 关键期限 { $kind }：{ $day } 止（{ $certainty }），{ $basis }，剩 { $left } 天
matter-critical-date-over = 已过 { $days } 天，尚未了结
matter-day = { $day }（{ $certainty }）
matter-possible = 现在可以
matter-possible-late = 已过期限，期限内已办的可以补录（--happened-at 填写办理时间）

## not-cosigned

not-cosigned-not-signed = 检查点没有该日志密钥的签名
not-cosigned-other-key = 签名密钥与以前不同
not-cosigned-other-past = 前 { $size } 条记录与已知的不符，历史被改写
not-cosigned-shorter = 记录少于已知的 { $size } 条

## parked

parked-behind = 等候先前的事件
parked-gone = 来源日志中已无此事件
parked-held-back = 及其后事件：列表已满，同样等候，届时从此处续读
parked-skip-requested = 已申请略过第一件，须由另一名督办人办理
parked-more = 件案件未列出
parked-newer = 版本比该服务新，服务升级后自动补办
parked-none = 没有搁置的事件。

## proof

proof-events = 条
proof-events-of = 条，共
proof-events-unit = 条
proof-invalid = 证明无效
proof-valid = ✓ 证明有效
proof-written = 已写入

## provision

provision-done = 个消费者已就绪

## query

query-code = 查询码（印在回执上）

## readings

audit-none = 没有记录
audit-changed = 办理
audit-saw = 查阅
audit-unproven = 没有签名（系统规则，或早期版本的记录）
audit-found-nothing = 没有查到案件
audit-among = 同一次查到的案件数
audit-alarms-none = 没有人超过查阅次数
audit-exported = 已导出 { $records } 条记录。下次导出请用 --since { $next }
readings-custody = 承办或受理
readings-none = 没有人查阅过
erasures-none = 没有待复核的删除申请
erasures-more = 还有更多，这些办理后列出

## reassign

reassign-done = 已改派
reassign-resume = 稍后可用同一编号继续
reassign-total = 件已改派

## reconcile

reconcile-agrees = 各服务的日志与他方所听一致
reconcile-aside = { $by } 已搁置 { $of }：其日志与此前所听不是同一份
reconcile-ask = 是否修复？[y/N]
reconcile-behind = { $by } 还有 { $missing } 条 { $of } 的事件未听
reconcile-differs = { $of } 与 { $by } 的历史不同：位置 { $position } 上是不同的事件
reconcile-do-decide = 先看哪一份历史是对的（onestop source list）。把自行续写的日志移开，然后：onestop restore { $service }（见 deploy/RECOVERY.md）
reconcile-do-follow = onestop source follow-everywhere { $of } --why … --by supervisor/…，或 onestop reconcile --mend --why … --by …
reconcile-do-nothing = 双方都在运行时会自行听完
reconcile-do-refill = onestop restore { $service }，或 onestop reconcile --mend；然后启动它
reconcile-do-restore = onestop restore { $service } --backup 文件 --identity 文件：个人信息密钥和附件不在事件里。没有备份时：onestop restore { $service }。然后启动它
reconcile-do-stop = 停下 { $service }，然后：onestop restore { $service }；再启动
reconcile-lacks = { $of } 有 { $count } 条事件，{ $by } 已听到 { $known } 条
reconcile-lost = { $of } 在此没有日志，也没有应答；{ $by } 已听到其 { $known } 条事件
reconcile-older = { $of } 是以前的副本：{ $by } 已在听较新的一份
reconcile-say-yes = 未作修复：无人可问。请加 --yes

## refill

refill-complete = 无可补充：{ $place } 的日志已包含所找到的全部事件（{ $events } 条），未作改动
refill-done = 已重建到 { $place }：共 { $events } 条，其中 { $added } 条取自他方所听。新编号 { $epoch }
refill-follow = 听得更多的服务会搁置它，须由人决定：onestop source follow-everywhere { $source } --why … --by supervisor/…
refill-keys = { $cases } 件案件中有 { $missing } 件缺少个人信息密钥，其个人信息不可读。事件里没有密钥：只能取自本机的备份（--onto），并须有主密钥；附件亦然
refill-lost = 按所说放弃：位置 { $first } 至 { $end }
refill-not-asked = { $by } 未能询问所听进度
refill-signing-key = 签名密钥已丢失，启动时另生成：把新的 signing.pub 交给核验证明的人，或先放回原来的 signing.key 和 signing.pub
refill-start = 现在启动 { $service }，然后查看：onestop doctor、onestop source list

## refused

refused = 未办理

## replay

replay-attention = 注意：第
replay-attention-step = 步
replay-by = 经办
replay-case = 案件
replay-clock = 计时
replay-custody = 责任
replay-due = 至
replay-facts-separator = ：
replay-past = （历史时刻，不是现在）
replay-nothing-yet = 到那一时刻，还没有记录
replay-no-such-step = 没有第{ $step }步：这个案件到那一时刻共{ $steps }步
replay-paused = 暂停
replay-unbroken = 责任链完整，每一步都有来由。

## restore

standby-follows = 正在把 { $service } 的日志同步到 { $place }。原机的租约到期后，由本机启动该服务。运行记录见标准错误输出
standby-no-key = 缺少 { $file }。请从运行 { $service } 的机器上该服务的目录里，把它和 { $public } 一并复制过来，途中不得让其他用户读取：该服务日志的证明要用此密钥核验
standby-no-service = 没有名为 { $name } 的服务。示例见 onestop standby --help
standby-seeking = 正在寻找主机：还没有收到它的答复
standby-catching-up = 正在追赶主机（任期 { $term }），还差 { $behind } 条；追上之前，主机确认的内容只存一份
standby-catching-up-do = 等它追上；长时间追不上的，检查两机之间的网络和本机磁盘
standby-following = 正在跟随主机（任期 { $term }），还差 { $behind } 条；主机的租约到期后，由本机接替
standby-silent = 主机没有答复，本机已有 { $held } 条；正在看它的租约，到期后由本机接替
standby-silent-do = 检查主机是否在运行、两机是否都连得上消息服务器；主机确已失效的，等租约到期即可
standby-withheld = 主机已失效，本机没有接替：本机已有 { $held } 条，可能缺少主机已确认的内容（已知差 { $missing } 条）
standby-withheld-do = 主机的磁盘还能用的，在原机启动该服务；不能用的，在本机加 --incomplete 重新启动备用（见 deploy/RECOVERY.md）
standby-at-site = 站点的服务在断线时照常工作，因此不设备用机。请改用备份
standby-no-copy = { $place } 里没有可用来接替的副本。不加 --incomplete 启动，会先建立副本，再跟随主机
standby-not-proven = { $service } 不接受此密钥。请用该服务自己的 .nk 启动备用，旁边放上它的 .issuer，并检查主机的 issuers.json 里有没有这把密钥
standby-differs = { $place } 里的副本不是 { $service } 的日志：{ $why }。在弄清两份中哪一份正确之前，请保留它；之后再换一个空目录跟随
standby-other-key = { $service } 的日志是用另一把密钥签名的。请把它目录里的 signing.key 和 signing.pub 复制到本机的目录，途中不得让其他用户读取
standby-other-sealing-key = { $service } 的数据是用另一把密钥加密的，不是 { $file }。请从它的目录把这个文件复制过来，途中不得让其他用户读取
standby-no-master-key = 登记服务的备用需要主密钥，本机的 { $file } 里没有可用的主密钥。请从你们的存放处把它复制到这里，途中不得让其他用户读取：主密钥从不经网络发送
standby-other-master-key = 主机用来保护个人信息密钥的主密钥，与本机的不是同一把。请把同一把放到本机；主机更换过主密钥的，先停下备用，在本机也更换：onestop keys rotate-master --new FILE
standby-master-key-changing = { $place } 里更换主密钥的操作没有做完。请用同样的密钥再执行一次：onestop keys rotate-master
standby-other-keys = { $place } 里的密钥属于另一个登记服务。请把这个目录移走，再重新启动备用
standby-unusable = { $place } 无法使用（{ $why }）。请检查运行备用的用户能否读写它，以及磁盘是否还有空间
standby-no-sealing-key = 缺少 { $file }。请从运行 { $service } 的机器上工作台的目录里复制过来，途中不得让其他用户读取：草稿和双重验证的密钥是用它加密的，它从不经网络发送
switch-late = { $service } 已在任期 { $term } 停下，备用机一分钟内没有启动它。请查看备用机的运行记录；备用机已不在的，在原机启动该服务
switched = { $service } 已切换：备用机以任期 { $term } 受理，用时 { $took } 毫秒
restore-alone = 已恢复到 { $place }。现在启动 { $service }，备份之后的事件由它自行听取
restore-set-aside = 现有日志不能续写（{ $why }）：改由备份续写，原日志留在旁边

## similar

similar-found = ! 可能重复，请核对；重复的可以合并（onestop case merge）

## site

site-closed = 不开放
site-host = ，依托
site-languages = 语言：汉语、
site-sample = 样例，待当地确认
site-since = { $day } 起设立

## source

source-behind = 条未收
source-followed = 已改随
source-former = 旧日志
source-not-asked = 未能询问
source-refused = 自此时起不再采信其事件
source-rate = 条/秒
source-set-aside = 已搁置，自
source-silent = 没有应答，自

## staff

staff-import = 导入账号
staff-new = 新账号
staff-passwords = 一次性密码在此文件中，请分发给本人后删除
staff-disabled = （停用）
staff-one-time-password = 一次性密码
staff-changed = 账号已更改
staff-set = 账号已设置

## track

track-expected = 预计办结
track-holder = 现由

## unit

unit-capacity = 至多 { $most } 件在办
unit-outside = 外单位：{ $text }

## up

up-ready = 一窗已就绪

## verify

verify-checkpoints = 个签名检查点
verify-cosigned = 个会签检查点
verify-cosigned-differs = 历史被改写：前 { $size } 条记录与 { $at } 会签的不符（{ $file }）。请原样保存该日志，并查明谁能写入该处
verify-cosigned-shorter = 日志被截短：现有 { $events } 条，而 { $at } 已会签 { $size } 条（{ $file }）。请原样保存该日志；如为恢复所致，改随新一期日志后会重新会签（onestop source list）
verify-contradicted = 被恢复成旧副本、被复制或被改写
verify-damaged = 有问题
verify-unavailable = 目前无法读取，情况不明
verify-intact = ✓ 未发现改动
verify-running = 正在核验

## worklist

worklist-empty = 没有待办。
worklist-until = 期限
worklist-urgent = 【紧急】

## usage

usage-wrong = 命令没有执行，请改正：
usage-argument = { $argument }：
usage-help = 用法和例子：{ $command }
arguments-unheeded = 没有办理。{ $arguments } 说明的是单独一次办理，这条命令用不上：它所做的按办理时记录。请去掉再执行
late-arguments = 没有办理。写了补录的情况，还要写 { $missing }
late-data-not-json = { $path } 不是 JSON。请用拒绝信息里 details.data 的内容
late-data-other = { $path } 的校验值与 --content 不同：不是对方录入的内容。请让对方重新给出两者
late-content = 录入内容的校验值：{ $content }。审批人用 onestop approve-late-entry --content 写明它
by-missing = 请用 --by 写明谁在办理，例如 --by clerk/zhang-li@530821101，或者设置 ONESTOP_AS
by-without-unit = “{ $by }”没有写明单位，例如 clerk/zhang-li@530821101

## failures

address-does-not-answer = { $address } 没有应答
audit-journal-restored = 汇总服务已恢复，事件重新编号。请用 --since 写明时间
audit-not-written = 无法写导出文件
backup-accounts-not-copied = 无法复制工作人员账号
backup-altered = { $path } 已被改动，或者没有复制完。请换一份
backup-earlier-stay = 备份已完成，但 { $folder } 中较早的备份无法删除，请自行删除
backup-encrypted = { $path } 已加密。请用 --identity 文件 指明私钥
backup-increment-not-put = 无法把增量 { $path } 合到完整备份上，请检查磁盘是否已满
backup-is-increment = { $path } 是 { $made } 那份备份的增量。请写那份备份，并加上 --increment { $path }
backup-no-backup = { $path } 不是节点的备份，或者已被改动
backup-no-identity = { $path } 中没有私钥：私钥的一行以 AGE-SECRET-KEY-1 开头
backup-no-logs = { $data } 下没有日志。请改正 --data，并在数据所在的机器上运行
backup-no-recipient = backup_recipients 中第 { $number } 项不是公钥：{ $problem }。公钥以 age1 开头
backup-no-whole = 没有本数据文件夹的完整备份。请先不写 --increment，做一次完整备份
backup-not-copied = 无法把 { $path } 复制到备份中
backup-not-encrypted = { $path } 不是加密的备份，只留在本机。加密的备份由 onestop backup make 生成
backup-not-noted = 备份已完成，但无法为监控记下
backup-not-restored = { $data } 中的节点不是由备份恢复的，没有需要核对的删除名单
backup-not-whole = { $path } 不完整：已被改动，或者没有复制完。请换一份
backup-not-written = 无法写备份文件
backup-other-format = { $path } 的格式是“{ $format }”，本程序读取的是“{ $ours }”。请用写出它的程序
backup-other-identity = { $identity } 打不开 { $path }：它是用另一公钥加密的，或者文件头已被改动
backup-other-log = 它不是备份所说的那份日志。请换一份备份
backup-other-whole = { $path } 不是该备份的增量。它属于哪一份，请看 onestop backup show { $path }
backup-restored-not-noted = 无法记录本节点已恢复
backup-strange-file = { $path } 中有“{ $name }”，备份中不会有
backup-too-busy = 各服务正忙，取不到互相一致的副本。请稍后再试，或者停止服务后加上 --offline
backup-which-file = 请用 --out 指明文件，或者用 --into 指明文件夹
backup-which-list = 请用 --erasure-list 文件 指明删除名单；没有名单的，写 --no-erasure-list
backup-whole-not-noted = 备份已完成，但无法写 { $path }。请排除原因并重新做一次完整备份，再做增量备份
backup-whole-not-read = 读不懂 { $path }。请重新做一次完整备份
backup-without-recipient = 没有设置备份公钥，不能备份：备份中的密钥会没有加密。请执行 onestop keys backup-recipient --out 文件，把输出填入设置 backup_recipients，并把该文件移出本机保管
backup-without-service = { $path } 中没有 { $service } 的日志
broker-address-in-use = { $address } 已被另一程序占用。请用 --port 换一个端口
broker-certificate-not-read = 无法读取 { $path }（设置 { $setting }）
broker-does-not-listen = 消息服务没有开始监听
broker-ended = 消息服务一启动就退出（{ $status }），请看 { $path }
broker-key-not-read = 无法读取密钥 { $path }（设置 key）。密钥由 onestop keys init 生成
broker-no-address = “{ $url }”不是消息服务的地址：应为 nats://主机:端口，多个之间用逗号（设置 nats）
broker-not-installed = 没有找到 nats-server。在 Debian 上执行 apt-get install nats-server，或者设置 NATS_SERVER_BIN
broker-not-reached = 连不上消息服务 { $url }。请看它是否在运行，设置 nats 是否正确
broker-sign-in = 消息服务 { $url } 不允许登录。请用设置 key 或者 --nats-key 指明它认得的密钥，例如 onestop keys init 生成的 keys/desk.nk
cannot-make = 无法创建 { $path }
cannot-read = 无法读取 { $path }
cannot-replace = 无法替换 { $path }
cannot-start = 无法启动 { $path }
cannot-use = { $path } 不能用
cannot-write = 无法写入 { $path }
cannot-write-in = 无法在 { $path } 中写入
cosigner-not-there = { $path } 中没有汇总服务的公钥。请用 --cosigner 指明
export-no-log = “{ $text }”没有指明日志
export-no-number = “{ $text }”中的“{ $part }”不是数字
file-no-file = { $path } 是目录、设备或者管道，不是文件，没有读取
file-no-text = { $path } 不是文本文件
file-not-made = 无法创建 { $path }，请看它是否已存在
file-not-there = 没有 { $path }
file-other = 传来的不是文件 { $hash }，没有写入
file-there = { $path } 已存在。请换一个名称
file-too-long = { $path } 超过 { $longest } 字节，没有读取
folder-not-empty = { $path } 不是空的。请先移走，或者用 --data 指定另一文件夹
follow-none = 没有服务搁置来源 { $source }。请看 onestop source list
follow-refused = 以下服务拒绝：{ $services }
follow-which = 来源 { $source } 有几次被搁置：{ $epochs }。请用 --epoch 写明是哪一次
healthcheck-which-address = 请用 --http 主机:端口 指明地址，与服务的设置一致
io-denied = 当前用户没有相应的权限
io-exists = 它已经存在
io-full = 磁盘已满
io-not-found = 没有这个文件或文件夹
key-not-usable = { $given } 中的密钥不能用
keys-certificate-and-key = 证书和私钥要成对：请同时写 --server-cert 和 --server-key
keys-cluster-tls = 多台服务器之间用 TLS：请写 --cluster-ca，以及 --server-cert 和 --server-key，或者 --cluster-cert 和 --cluster-key
keys-leaf-certificate = 消息服务器要求出示证书（--client-ca），站点也要：请同时写 --leaf-cert 和 --leaf-key，路径以站点上的为准
keys-leaf-listen = 请用 --leaf-listen 指明站点连接的地址，例如 0.0.0.0:7422
keys-no-key = { $path } 不是密钥
keys-no-password = 系统没有给出随机数，无法生成密码
keys-no-randomness = 系统没有给出随机数，无法生成密钥
keys-no-roster = { $path } 不是签发方名册
keys-no-such-key = { $issuer } 没有这个密钥
keys-not-enrolled = { $issuer } 没有登记
keys-not-made = 无法生成密钥
keys-not-of-issuer = { $path } 不是 { $issuer } 的密钥
keys-operator-name = “{ $name }”是节点的运行账号，人员请另起名称
keys-remembered-not-read = 读不懂 { $path }。请改正，或者加上 --forget 并重新写明各项
keys-unencrypted = { $address } 要经过网络，而往来内容（其中有站点的密码）没有加密。请写 --server-cert 和 --server-key；已有隧道或专网的，写 --insecure
ledger-no-journal = { $data } 下没有汇总服务的日志。请改正 --data
ledger-not-whole = { $seconds } 秒后台账仍未完成，会继续进行；请看 journal 的日志
ledger-not-written = 台账写不了。请在汇总服务的运行日志中查看原因并排除，之后会自动重试
log-in = { $path } 中的日志
log-not-read = 无法读取 { $service } 的日志
log-not-there = { $path } 中没有日志。请改正 --data
log-not-told = { $service } 没有说明其日志的内容
log-of-service-in = { $path } 中 { $service } 的日志
log-position-gone = { $service } 已没有位置 { $first }
log-which-service = { $service } 没有日志。有日志的服务：{ $services }
parked-nothing = { $service } 没有搁置案件 { $case } 的事件
proof-no-event = 没有日志记有案件 { $case } 的事件
refill-nothing = 没有 { $own } 的任何事件
refill-other-instances = 没有 { $own } 的任何事件，有的是 { $names } 的：请用 --instance 指明是哪一个
refill-differs-base = 两段历史：与要接着写的日志在位置 { $position } 开始不同，那里是 { $found }，重建出来的是 { $built }
refill-differs-twin = 两段历史：另一进程写过同一份日志，从位置 { $position } 开始不同，那里是 { $found }，重建出来的是 { $built }
refill-differs-subscriber = 两段历史：与 { $by } 在位置 { $position } 开始不同，那里是 { $found }，重建出来的是 { $built }
refill-gap = 缺少位置 { $first } 至 { $last }：所读到的来源都没有，已知的最后位置是 { $end }。请另找来源（--from、--onto）。放弃从位置 { $first } 起的全部内容：--lose-from { $first }
refill-lost-other = 从位置 { $first } 起缺少事件，不是 { $position }：要放弃，请写 --lose-from { $first }
refill-lost-none = 位置 { $position } 并不缺少事件：请去掉 --lose-from
refill-journal = 汇总服务的事件
refill-journal-restored = 其间汇总服务已恢复，请重试
refill-kept-not-read = 无法读取暂存的事件
refill-log-there = { $path } 中有日志。要从备份接着恢复，请先移走它；要从该日志接着恢复，请不写 --onto
refill-no-envelope = 没有第 { $place } 个事件
refill-no-position = 没有位置 { $position }
refill-nobody-hears = 没有服务接收 { $service } 的日志：请从备份恢复；汇总服务在空文件夹上启动时，会从其他各服务的日志重建，但它何时得知各事件的记录会丢失
refill-not-continued = { $path } 中的日志不能接着写。请先移走，或者看 onestop log repair
refill-not-kept = 无法暂存事件，请检查磁盘是否已满
refill-not-put = 无法把日志放到 { $path }
refill-not-verified = 新建的日志核验不通过
refill-subscriber-not-asked = 问不到 { $by } 已收到什么。请启动它，或者不等它：--despite { $service }
registry-newer = 登记簿比本程序新，请升级本程序
restore-log-there = { $path } 中有日志。如果打不开，请看 onestop log repair，或者先移走再重试
restore-nobody-hears = 没有服务接收 { $service } 的日志：请从备份恢复（--backup 文件）。没有备份的，请在空文件夹上启动，它会重新收取全部事件，但何时得知的记录会丢失
service-asking-refused = 消息服务器不让此密钥向 { $service } 请求这件事。请用 --nats-key 换用有权的密钥；站点要查中心的日志，请到中心查
service-hearing-refused = 消息服务器不让此密钥收取 { $service } 的答复：它属于另一个程序或实例。请用 --instance 写明密钥所属的实例（密钥在 site-NAME 目录里的，即 --instance NAME），或者换用别的密钥
service-no-answer = { $service } 没有应答。请看它是否在运行；用同一个键再次请求不会重复办理
service-other-version = { $service } 的应答不合约定。请看各程序的版本是否一致
service-runs = { $own } 有应答：它在某处运行。请先停止，之后只在这里启动
service-without-log = { $service } 没有日志
settings-no-file = 没有设置文件 { $path }。请改正 --config 或者 ONESTOP_CONFIG
settings-unreadable = 设置文件 { $path } 无法读取：{ $reason }。请用 --config 或者 ONESTOP_CONFIG 指定一个文本文件
short-code = 电话短码
source-not-heard = { $limit } 内 { $service } 没有收齐
staff-password-files = { $path } 旁已有 { $most } 个密码文件。请删除已经发放的
store-altered = { $place } 中的“{ $name }”已被改动：其 SHA-256 是 { $sha256 }，存入时是 { $wanted }。取来的内容没有保留，请取另一份备份
store-answer-not-read = 读不懂对象存储的应答
store-answered = 对象存储的应答是 { $answer }
store-clock = 对象存储认为本机时钟不准。请校准时钟
store-cut = 与对象存储的连接中断，不能接着传。请重新取一次
store-key-not-read = 无法读取对象存储的访问密钥 { $path }
store-key-open = 其他用户可以读取对象存储的访问密钥，请执行 chmod 600 { $path }
store-list-not-read = 读不懂对象存储的清单
store-names-no-bucket = “{ $named }”不是对象存储的存储桶。请把 backup_store 设为 s3://存储桶/前缀
store-needs-key = 对象存储需要访问密钥。请设置 backup_store_key_file，或者环境变量 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY
store-no-address = “{ $endpoint }”不是对象存储的地址。请把 backup_store_endpoint 设为 https://主机
store-no-bucket = 对象存储中没有这个存储桶。请建立，或者改正设置 backup_store
store-no-client = 无法建立对象存储的连接程序
store-no-key = { $path } 中没有访问密钥：应有一行 aws_access_key_id = …，一行 aws_secret_access_key = …
store-no-name = “{ $name }”不是对象存储中备份的名称
store-no-such-backup = { $place } 中没有“{ $name }”。查看已有的备份：onestop backup list
store-no-tag = 对象存储的应答中没有分段的标记
store-no-time = 对象存储没有说明“{ $name }”是何时存入的
store-not-as-sent = { $place } 中的“{ $name }”与发送的不一致。请再存一次：onestop backup store { $path }
store-not-joined = 对象存储没有把各分段合成一个文件
store-not-noted = 副本已存入，但无法为监控记下
store-not-reached = 连不上对象存储（{ $problem }）。请检查网络和设置 backup_store_endpoint
store-not-set = 没有设置对象存储。请把 backup_store 设为 s3://存储桶/前缀
store-other-file = { $place } 中已有另一个名为“{ $name }”的文件，不会覆盖。请给备份另起名称
store-other-region = 存储桶在另一区域。请改正设置 backup_store_region
store-refuses-key = 对象存储不接受访问密钥（{ $answer }）。请改正设置 backup_store_key_file，或者该密钥对存储桶的权限
store-sends-less = 对象存储传来的内容比说明的少
store-sends-more = 对象存储传来的内容比说明的多
store-too-many-parts = 备份的分段太多
store-too-much = { $place } 中的文件太多，无法列出。请在 backup_store 中为备份单设前缀
store-without-hash = { $place } 中的“{ $name }”没有附 SHA-256：不是 onestop backup 存入的，无法核对
system-number = 系统编号
tail-no-event = 不是事件：{ $error }
tail-refused = 消息服务器不让此密钥接收 { $subject }。请用 --nats-key 换用有权的密钥，并用 --instance 写明它属于哪个实例（密钥在 site-NAME 目录里的，即 --instance NAME）
tail-no-subject = 不能监听这个主题
the-broker = 消息服务
the-province = 全省
track-which-number = “{ $named }”不是回执上的案号、系统编号或电话短码，例如 s4k2m9qxa-261123-001
up-not-all-answer = 有的服务没有应答
up-standby = 设置 standby 用于各服务单独运行的情形；onestop up 是一台机器，自带消息服务
verify-no-logs = { $data } 下没有日志。请改正 --data
wait-not-happened = { $seconds } 秒内没有发生“{ $event }”。请看 onestop replay { $case }
which-case = 请写明案件
which-service = 请写明服务
