//! The problems that programs of this workspace find themselves. Programs read the English sentence.

use super::repeated;
use crate::text::{Text, Words};

/// What is not there has no name for people either: the sentence says it as it was sent.
pub const UNKNOWN: Text = Text {
    zh: "没有这一项，请核对名称或者去掉",
    en: "there is no such parameter here: check its name, or leave it out",
};

/// What is said of a problem whose sentence is not known: it may be a parser's.
pub(super) const NOT_RIGHT: Text = Text {
    zh: "填写的内容不对，请核对后重新填写",
    en: "what was written cannot be used: check it and write it anew",
};

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $zh:literal, $en:literal;)*) => {
        $($(#[$doc])* pub const $name: Text = Text { zh: $zh, en: $en };)*

        const ALL: &[Text] = &[$($name),*];
    };
}

problems! {
    /// A required field.
    MISSING = "没有填写，请填写", "it is missing: give it";
    /// A parameter or header that may be there once.
    TWICE = "填写了两次，请只留一个", "it is given twice: leave one";
    /// A whole number.
    WHOLE_NUMBER = "请填整数，例如 20", "give a whole number, such as 20";
    /// A yes or no.
    YES_OR_NO = "请填 true（是）或者 false（否）", "give true or false";
    /// A header with other signs.
    PLAIN_ASCII = "只能用英文字母、数字和符号", "use English letters, digits and signs alone";
    /// An idempotency key.
    KEY =
        "请填 UUID，例如 019ab0c4-8000-7000-8000-000000000001",
        "give a UUID with its hyphens, such as 019ab0c4-8000-7000-8000-000000000001";
    /// A revision.
    ETAG =
        "请填应答中的 ETag，连同引号，例如 \"7\"，或者填 *",
        "give the ETag of an answer with its quotation marks, such as \"7\", or *";
    /// A position.
    POSITION =
        "请原样填写办理应答中的 Position",
        "give the Position of a command's answer as it came";
    /// Where a stream goes on.
    EVENT_OF_STREAM =
        "请原样填写事件流中最后一个事件的 id",
        "give the id of an event of this stream as it came";
    /// The data of a question.
    OBJECT = "请把各项写在花括号里，例如 {}", "write the fields in braces, such as {}";
    /// The case of a question.
    IN_ADDRESS = "地址中已经写明，请不要再填", "the address says it: leave it out";
    /// A body that ends too early.
    BROKEN_OFF = "内容没有传完，请重新发送", "the body breaks off: send it again";
    /// A piece of a file.
    BASE64 = "请用 Base64 编码，例如 5bKp", "write it in Base64, such as 5bKp";
    /// A command without a case.
    NEEDS_CASE = "请写明案件", "say which case it is about";
    /// A case by its number where only its id is known.
    NEEDS_CASE_ID =
        "这里要用案件编号；用案件号可以在受理处查到",
        "the case id is needed here; intake knows it by the number";
    /// A page of another list.
    OTHER_LIST =
        "页码不属于这个顺序的列表，请从第一页开始",
        "the cursor does not belong to this order; begin with the first page";
    /// A question without a person.
    NEEDS_ACTOR = "涉及个人信息，请写明办理人", "an actor is required for personal data";
    /// A unit that the directory does not have.
    UNKNOWN_READER =
        "目录中没有查询人的单位，请核对办理人",
        "the directory does not have the unit that searches: check who acts";
    /// A change of the registry is not entered late.
    FROM_FIRST_DAY =
        "变更自起始日起生效：请填起始日，不填发生时间",
        "a change holds from its first day on: give that as 'from'";
    /// What is recorded as it happens is not entered late.
    AS_IT_HAPPENS =
        "这项操作在办理时即时记录，不能补录：不填发生时间",
        "this is recorded as it happens, and never entered late: leave the time out";
    /// What describes an act, where none is recorded.
    NO_ACT =
        "这里不记录办理，用不上它：请去掉",
        "no act is recorded here, so it has no effect: leave it out";
    /// A reason of a late entry.
    LATE_REASON_FIRST =
        "写了批准人，也要写补录事由，例如 outage",
        "an approver is named, so a reason is needed, such as outage";
    /// The approval of a late entry.
    LATE_APPROVER_FIRST =
        "附了批准，也要写批准人，例如 zhang-li",
        "an approval is given, so say whose it is, such as zhang-li";
    /// The time of a late entry.
    LATE_WITHOUT_TIME =
        "写了补录的情况，也要写发生时间，例如 2026年3月4日 15:20，也可以写成 2026-03-04 15:20",
        "a late entry is described, so say when it happened, such as 2026-03-04 15:20";
    /// The type of a body.
    JSON_ALONE = "请用 application/json", "give application/json";
    /// The text of a body.
    UTF_8 = "请发送未压缩的 UTF-8 原文", "give plain text in UTF-8, not compressed";
    /// An item that the directory does not have.
    UNKNOWN_ITEM =
        "没有这一事项，可办事项见“站点”页",
        "there is no such item: see which are offered on the page of places";
    /// A topic that an item does not have.
    UNKNOWN_TOPIC =
        "所选事项没有这一类别，各事项的类别见“站点”页",
        "the item has no such topic: see its topics on the page of places";
    /// A type that no event has.
    UNKNOWN_TYPE =
        "没有这种事件，事件类型见 API 说明",
        "no event has this type: the types are listed in the reference of the API";
    /// A position that the journal has not come to.
    BEYOND_END =
        "日志还没有到这个位置，请填不超过事件列表 next 的数",
        "the journal has not come so far: give no more than 'next' of the list of events";
    /// The address of a webhook.
    WEBHOOK_HTTPS = "请用 https:// 开头的地址", "give an address that begins with https://";
    /// The address of a webhook.
    WEBHOOK_ADDRESS =
        "请填完整的地址，例如 https://law.example/hook",
        "give a whole address, such as https://law.example/hook";
    /// The address of a webhook.
    WEBHOOK_PASSWORD =
        "地址中不能有用户名或者密码：推送的内容有签名",
        "it must not contain a user or password: messages are signed";
    /// The address of a webhook.
    WEBHOOK_INSIDE =
        "地址指向本机或者本机所在的网络，请用公网地址",
        "it leads into the network of this machine: give a public address";
    /// A text that only a store writes.
    TYPED_AS_SEALED =
        "已经密封的文字不能再录入，请录入原文",
        "a text that is sealed already cannot be typed: send the text itself";
}

/// Between a problem of this list and what was written.
const NOT: &str = "; it is '";

/// A problem of this list, with what was written.
#[must_use]
pub fn with_value(problem: Text, value: &str) -> String {
    format!("{}{NOT}{value}'", problem.en)
}

/// The words for a problem of this list.
pub(super) fn words(field: &str, problem: &str) -> Option<Words> {
    if problem == UNKNOWN.en {
        return Some(unknown(field));
    }
    let known = |problem: &str| ALL.iter().find(|text| text.en == problem);
    if let Some(text) = known(problem) {
        return Some(Words::from(*text));
    }
    let (problem, value) = problem.split_once(NOT)?;
    let Text { zh, en } = known(problem)?;
    let value = repeated(value.strip_suffix('\'').unwrap_or(value));
    Some(Words {
        zh: format!("{zh}（现为“{value}”）"),
        en: format!("{en} (it is '{value}')"),
    })
}

/// The words for a field that there is not.
pub fn unknown(field: &str) -> Words {
    let name = repeated(field.trim_start_matches("data."));
    Words {
        zh: format!("没有“{name}”这一项，请核对名称或者去掉"),
        en: format!("there is no '{name}' here: check its name, or leave it out"),
    }
}
