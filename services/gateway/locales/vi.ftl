# Tiếng Việt: trang đăng nhập, trang tra cứu của người dân và trang báo lỗi. Phần còn lại hiển thị bằng tiếng Trung.

language-fallback = zh-CN

## Khung trang

name = Một cửa
training = Diễn tập
training-not-real = không phải hồ sơ thật
training-title = [Diễn tập]
skip = Chuyển đến nội dung chính
pages = Các trang
language = Ngôn ngữ
language-name = Tiếng Việt
language-partial = {" "}(một phần)
language-change = Đổi
elder-on = Cỡ chữ lớn
elder-off = Cỡ chữ thường
aloud = Đọc to
aloud-stop = Dừng đọc
account = Tài khoản
sign-out = Đăng xuất
error-prefix = {"Lỗi: "}
date = ngày { $day } tháng { $month } năm { $year }
search = Tra cứu

## Trang báo lỗi

error-home = Về trang đầu
error-not-found = Không có trang này, hoặc bạn không được xem trang này. Hãy kiểm tra địa chỉ hoặc số hồ sơ.
error-too-many-attempts = Bạn đã thử quá nhiều lần. Hãy thử lại sau { $seconds } giây.
error-uploads-busy = Quá nhiều tệp đang được tải lên, tệp này chưa được tải. Hãy thử lại sau { $seconds } giây.
error-streams-busy = Quá nhiều trang đang mở. Hãy đóng bớt; trang này không được cập nhật tự động.
error-internal = Hệ thống gặp lỗi, yêu cầu chưa được thực hiện. Hãy thử lại sau; nếu vẫn gặp lỗi, hãy báo cho quản trị viên biết thời điểm xảy ra lỗi.

## Đăng nhập

sign-in = Đăng nhập
sign-in-lead = Dịch vụ pháp lý công qua một cửa, dành cho cửa tiếp nhận, đơn vị giải quyết và cơ quan giám sát.
sign-in-staff = Tài khoản
sign-in-password = Mật khẩu
sign-in-wrong = Tài khoản hoặc mật khẩu không đúng. Hãy kiểm tra rồi thử lại; nếu quên mật khẩu, hãy nhờ quản trị viên của đơn vị đặt lại.
sign-in-too-often = Đã thử quá nhiều lần với tài khoản này hoặc từ nơi này, lần này chưa được kiểm tra. Hãy thử lại sau { $seconds } giây; tài khoản không bị khóa.
sign-in-busy = Quá nhiều người đang đăng nhập, lần này chưa được kiểm tra. Hãy thử lại sau { $seconds } giây.
oidc-button = Đăng nhập bằng tài khoản của tổ chức
track-link = Người dân: tra cứu tiến độ hồ sơ

## Trang tra cứu của người dân

track = Tra cứu tiến độ hồ sơ
places-link = Làm ở đâu, mang theo gì
outage = Kết nối với hệ thống phía sau đang bị gián đoạn. Nội dung trang này được nhận lúc { $day }, { $time }. Việc đăng nhập và tra cứu tiến độ sẽ dùng được khi có kết nối trở lại.
outage-unknown = Kết nối với hệ thống phía sau đang bị gián đoạn. Nội dung trang này có thể đã cũ. Việc đăng nhập và tra cứu tiến độ sẽ dùng được khi có kết nối trở lại.
home-title = Dịch vụ pháp lý công
home-lead = Xem việc của mình đã đến bước nào, hoặc tìm điểm phục vụ gần nhất, giấy tờ cần mang và giờ mở cửa. Không cần đăng nhập.
home-staff = Đăng nhập dành cho cán bộ
places-which = Bạn ở đâu? Hãy nhập tên nơi ở hoặc chọn bên dưới để biết nơi làm, giờ mở cửa và điện thoại.
places-nobody-here = Chưa có điểm phục vụ nào ở cấp này. Hãy chọn nơi cụ thể hơn bên dưới.
track-lead = Hãy nhập số hồ sơ, số hệ thống hoặc mã ngắn và mã tra cứu trên giấy biên nhận; cũng có thể dán toàn bộ địa chỉ của mã QR. Nếu không có giấy biên nhận, hãy hỏi tại cửa tiếp nhận.
track-number = Số hoặc mã ngắn trên giấy biên nhận
system-number = Số hệ thống
track-code = Mã tra cứu
track-incomplete = Hãy nhập đầy đủ số hoặc mã ngắn trên giấy biên nhận và mã tra cứu.
track-slip = Mã tra cứu không đúng: mã có 8 chữ cái và chữ số, có thể đã chép sai một ký tự. Hãy đối chiếu từng ký tự với giấy biên nhận.
track-wrong = Số biên nhận không khớp với mã tra cứu. Hãy kiểm tra giấy biên nhận rồi thử lại; nếu không có giấy, hãy hỏi tại cửa tiếp nhận.
track-holder = Hồ sơ hiện đang ở { $unit }.
track-expected = Bạn sẽ nhận được trả lời chậm nhất vào { $day }.
track-promised = Đơn vị cam kết trả lời trước { $day } (cam kết phục vụ, không phải thời hạn theo luật).
track-missing = Bạn còn phải nộp:
track-phone = Điện thoại:
track-steps = Các bước đã thực hiện
track-another = Tra cứu hồ sơ khác
track-places = Hôm nay nơi nào giải quyết việc gì
papers-wanted = { $unit } cho biết còn phải nộp các giấy tờ sau.
papers-until = Chậm nhất vào { $day }.
papers-print = In
