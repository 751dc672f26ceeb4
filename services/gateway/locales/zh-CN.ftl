## 外壳

name = 一窗
skip = 跳到正文
pages = 页面
language = 语言
language-name = 中文
language-change = 切换
elder-on = 长者模式
elder-off = 标准模式
account = 账号
sign-out = 退出
link-up = ● 在线
link-down = ○ 网络中断，页面停留在
error-prefix = 错误：
tab-today = 今日
tab-new-case = 新登记
tab-worklist = 待办
tab-cases = 案件
tab-timeliness = 时效
tab-places = 站点
tab-staff = 人员
tab-help = 帮助

## 登录

sign-in = 登录
sign-in-lead = 公共法律服务一站式窗口，供窗口、承办单位和监督人员使用。
sign-in-staff = 账号
sign-in-password = 密码
sign-in-wrong = 账号或密码不对。请核对后再试；忘记密码请找本单位管理员重设。
sign-in-locked = 密码连续输错，账号已暂停十五分钟。请稍后再试，或找本单位管理员。
track-link = 群众查询办理进度
