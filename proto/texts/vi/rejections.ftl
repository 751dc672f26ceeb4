# Những gì người dân và nhân viên gặp ở trang tra cứu và trang báo lỗi. Phần còn lại hiển thị bằng tiếng Trung.

language-fallback = zh-CN

## any service

common-unknown-case = ở đây không có hồ sơ { $case }. Hãy kiểm tra số trên giấy biên nhận
common-stale-revision = hồ sơ đã thay đổi: bạn quyết định trên bản { $expected }, nay đã là bản { $actual }. Hãy xem lại rồi quyết định
common-key-reused = khóa này đã được dùng cho một yêu cầu khác. Hãy lấy khóa mới
common-nothing-to-do = không có gì phải làm: hồ sơ đã ở trạng thái được yêu cầu

## intake

intake-no-such-receipt = số biên nhận và mã tra cứu không khớp nhau. Hãy xem lại giấy biên nhận

## the interface

api-not-signed-in = bạn chưa đăng nhập. Hãy gửi 'Authorization: Bearer <token>', hoặc đăng nhập trong trình duyệt
api-too-often = quá nhiều yêu cầu. Hãy thử lại sau { $seconds } giây
api-too-slow = xử lý quá lâu. Nếu là một lệnh, hãy gửi lại với cùng khóa
api-failed = có lỗi ở đây và lỗi đã được ghi lại. Nếu là một lệnh, hãy gửi lại với cùng khóa
