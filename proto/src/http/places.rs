//! The addresses of questions, and what people call them.

use crate::text::Text;

/// Questions whose address is not `/services/<service>/<question>`: the service (`*`: each that has it), the
/// question, the address, what it is called.
#[rustfmt::skip]
pub const PLACES: &[(&str, &str, &str, Text)] = &[
    ("intake", "applicant", "/cases/{case}/applicant", text("查阅个人信息", "Open what is sealed in a case; it is recorded")),
    ("intake", "texts", "/cases/{case}/texts", text("打开办理文字", "Open the free text of events of a case; it is recorded")),
    ("intake", "readings", "/cases/{case}/readings", text("查阅记录", "Who opened what is sealed in a case")),
    ("intake", "find", "/persons/find", text("按人查找案件", "Find the cases of a person")),
    ("intake", "track", "/track", text("凭回执查询", "The state of a case, by its receipt")),
    ("intake", "attachment", "/cases/{case}/attachments/{hash}", text("附件", "A piece of a file of a case")),
    ("registry", "evidence", "/sites/{site}/evidence/{hash}", text("站点开办依据和照片", "A piece of a site's opening document or photo")),
    ("intake", "similar", "/persons/similar", text("查找相似案件", "Find cases that may be the same")),
    (
        "intake",
        "erasures",
        "/persons/erasures",
        text(
            "待复核的删除申请",
            "Requests for the erasure of persons that wait for a second person",
        ),
    ),
    ("intake", "case", "/cases/{case}", text("窗口案件", "The case at its window")),
    ("journal", "case", "/cases/{case}/head", text("案卷首页", "The head of a case's file")),
    ("journal", "replay", "/cases/{case}/replay", text("案件回放", "A case replayed, step by step")),
    ("referral", "custody", "/cases/{case}/custody", text("现由谁承办", "Who holds a case")),
    ("*", "available", "/services/*/available", text("可办操作", "What the caller may do with each of several cases")),
    ("*", "matter", "/cases/{case}/*/matter", text("承办事项", "The specialist's matter")),
    ("*", "proof", "/cases/{case}/*/proof", text("证明", "Proof of a case's records in one log")),
    ("journal", "cases", "/cases", text("案件查询", "Search among cases")),
    ("journal", "worklist", "/units/{unit}/worklist", text("待办清单", "A unit's worklist")),
    ("journal", "today", "/units/{unit}/today", text("今日工作", "A unit's day")),
    ("referral", "worklist", "/units/{unit}/handoffs", text("转办件", "Handoffs to a unit")),
    ("journal", "timeliness", "/timeliness", text("时效统计", "Timeliness of a division")),
    ("journal", "workload", "/workload", text("在办分布", "What the units of a division have in hand")),
    ("journal", "due", "/due", text("期限计算", "When a step is due, and every day that does not count")),
    ("journal", "progress", "/services/journal/progress", text("台账进度", "How far the ledger has come")),
    ("journal", "case-audit", "/cases/{case}/audit", text("案件审计", "Who saw or changed what of a case")),
    ("journal", "staff-audit", "/staff/{staff}/audit", text("人员查阅审计", "What a member of staff saw")),
    ("journal", "reading-alarms", "/services/journal/reading-alarms", text("查阅次数超限", "Who opened more personal data than usual")),
    ("journal", "events", "/services/journal/events", text("事件翻阅", "Events, page by page")),
    ("*", "log", "/services/*/log", text("服务日志", "A service's log")),
    ("*", "verify", "/services/*/verify", text("日志核验", "A service's log, verified")),
    ("*", "backup", "/services/*/backup", text("日志备份", "A copy of a service's log")),
    ("*", "parked", "/services/*/parked", text("搁置事件", "Events set aside")),
    ("*", "sources", "/services/*/sources", text("来源日志", "The logs that a service follows")),
    ("*", "subscribers", "/services/*/subscribers", text("收听方所知", "What its subscribers know of a service's log")),
    ("*", "root", "/services/*/root", text("日志根", "The Merkle root of a service's log")),
    ("journal", "comparison", "/services/journal/comparison", text("总册核对", "The journal compared with every source")),
];

/// Questions whose data is personal, or too long for an address, by service and name.
pub(super) const PERSONAL: &[(&str, &str)] = &[
    ("intake", "applicant"),
    ("intake", "find"),
    ("intake", "texts"),
    ("intake", "similar"),
    // What only the receipt shows.
    ("intake", "track"),
    ("intake", "available"),
    ("referral", "available"),
];

/// Questions about the whole of a service, whatever the division: for supervisors and auditors of all divisions.
pub const OF_THE_WHOLE: &[&str] = &[
    "log",
    "verify",
    "backup",
    "parked",
    "sources",
    "subscribers",
    "root",
    "comparison",
];

const fn text(zh: &'static str, en: &'static str) -> Text {
    Text { zh, en }
}
