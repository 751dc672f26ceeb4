//! What intake refuses, in both languages.

use serde::{Deserialize, Serialize};

use super::{FileHash, Grade, IdentityFault, LARGEST_FILE, MediaType, MergeObstacle, Stage};
use crate::{
    division::DivisionCode,
    ids::{CaseId, EventId, ServiceItem, SiteId, Topic, UnitId},
    rejection::{Explain, RejectionKind},
    time::Timestamp,
};

/// What intake refuses.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// No such division.
    #[error(
        "there is no division {division} in the directory. Look it up with 'onestop directory sites --find NAME'"
    )]
    UnknownDivision {
        /// The code given.
        division: DivisionCode,
    },
    /// No such window.
    #[error(
        "{unit} is not a window in the directory. Look it up with 'onestop directory sites --find NAME'"
    )]
    UnknownWindow {
        /// The unit given.
        unit: UnitId,
    },
    /// The site does not work on that day.
    #[error("{name} is closed on {day} ({why}). Send the citizen to the next site up: {instead}")]
    SiteClosed {
        /// The site.
        site: SiteId,
        /// Its name.
        name: String,
        /// The day.
        day: String,
        /// Why it is closed.
        why: String,
        /// Where to go.
        instead: String,
    },
    /// Nobody offers it.
    #[error("nobody offers '{item}' for {place}. Items offered: {offered}")]
    ItemNotOffered {
        /// The item.
        item: ServiceItem,
        /// The place.
        place: DivisionCode,
        /// What is offered there.
        offered: String,
    },
    /// The item has no such topic.
    #[error("'{item}' has no topic '{topic}'. Topics: {topics}")]
    UnknownTopic {
        /// The item.
        item: ServiceItem,
        /// The topic given.
        topic: Topic,
        /// The item's topics.
        topics: String,
    },
    /// Something needed was left empty or is too long.
    #[error("{field}: {problem}. Fill it in and send again")]
    Incomplete {
        /// Which field.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A time in the future, or before the case was opened.
    #[error("{occurred} cannot be when it happened: it is {now} now. Check the date")]
    ImpossibleTime {
        /// The time given.
        occurred: Timestamp,
        /// The service's clock.
        now: Timestamp,
    },
    /// Another window's case.
    #[error("the case belongs to {window}; you act for {unit}. Ask that window")]
    NotYourCase {
        /// The case's window.
        window: UnitId,
        /// The unit that asked.
        unit: UnitId,
    },
    /// Not at this stage.
    #[error("that cannot be done: the case is {} (held by {holder}). Look at it with 'onestop case show'", stage.text().en)]
    NotNow {
        /// The stage.
        stage: Stage,
        /// Who holds the case.
        holder: UnitId,
    },
    /// The citizen may rate a case once.
    #[error("the case was rated already ({})", grade.text().en)]
    AlreadyRated {
        /// The grade given.
        grade: Grade,
    },
    /// An identity number that cannot be one. The number itself is not repeated.
    #[error("the identity number in {field} is wrong: {}. Compare it with the document and type it again", fault.text().en)]
    WrongIdentityNumber {
        /// Which field.
        field: String,
        /// What is wrong with it.
        fault: IdentityFault,
    },
    /// A document without its number, or a number where none is at hand.
    #[error(
        "{field}: a number goes with every document, and none where none is at hand. Fill it in, or choose 'none'"
    )]
    WithoutNumber {
        /// Which field.
        field: String,
    },
    /// The event that a correction names is none of the case.
    #[error("{event} is no event of this case. Look at it with 'onestop replay'")]
    NoSuchEvent {
        /// The event.
        event: EventId,
    },
    /// A correction that says nothing.
    #[error(
        "the correction says nothing that should have been otherwise. Name the applicant, the needs, the place or the topic"
    )]
    NothingCorrected {},
    /// The cases cannot be merged.
    #[error("this case cannot be merged into {into}: {}", why.text().en)]
    CannotMerge {
        /// The other case.
        into: CaseId,
        /// Why.
        why: MergeObstacle,
    },
    /// The citizen was told before: once is the rule.
    #[error(
        "the citizen was told on an earlier day what is missing ({missing}); the law lets a window tell it once"
    )]
    NoticeGivenBefore {
        /// What was named.
        missing: String,
    },
    /// The case has no such file.
    #[error("the case has no file {hash}. Add it with 'onestop case attach'")]
    NoSuchAttachment {
        /// The hash given.
        hash: FileHash,
    },
    /// The file is too large or empty.
    #[error(
        "the file has {size} bytes; from 1 to {LARGEST_FILE} are taken. Divide it, or scan it more coarsely"
    )]
    TooLarge {
        /// Its size.
        size: u64,
    },
    /// The case has as many files as it may.
    #[error("the case has {count} files, which is the most. Put several pages into one file")]
    TooManyFiles {
        /// How many.
        count: usize,
    },
    /// The file is there already.
    #[error("the case has this file already: {hash}")]
    AttachedBefore {
        /// The file.
        hash: FileHash,
    },
    /// The file is not what it is said to be.
    #[error("the file does not begin like {}. Choose its real kind", media_type.text().en)]
    OtherMediaType {
        /// What it was said to be.
        media_type: MediaType,
    },
    /// A piece out of order, or of the wrong length.
    #[error(
        "piece {wanted} of the file is wanted next. Send the pieces in order, each of 512 KiB but the last"
    )]
    OtherPiece {
        /// The next piece.
        wanted: u32,
    },
    /// The pieces do not make the file that was named.
    #[error("the pieces do not make the file {hash}. Send it again from the first piece")]
    OtherHash {
        /// The hash given.
        hash: FileHash,
    },
    /// Too many files are being sent at the same time.
    #[error("{count} files are being sent at the moment. Try again in a few minutes")]
    UploadsFull {
        /// How many.
        count: usize,
    },
    /// The file cannot be given out: it was damaged, or the key of the case was erased.
    #[error(
        "the file {hash} does not read as it was stored: it was damaged, or erased by law. Tell the operator"
    )]
    AttachmentUnreadable {
        /// The file.
        hash: FileHash,
    },
    /// The time for opening the case again is over.
    #[error(
        "the case could be opened again until {until}. Open a new one, and name this one as related"
    )]
    ReopenLate {
        /// Until when.
        until: Timestamp,
    },
    /// The case was opened again as often as it may.
    #[error(
        "the case was opened again {times} times, which is the most. Open a new one, and name this one as related"
    )]
    ReopenedBefore {
        /// How often.
        times: u32,
    },
    /// No bad rating waits to be put right.
    #[error("no bad rating of this case waits to be put right")]
    NothingToRedo {},
    /// A bad rating waits to be put right.
    #[error(
        "a bad rating waits to be put right until {day}. Do that first, with 'onestop case redo'"
    )]
    RedoPending {
        /// The last day.
        day: String,
    },
    /// Number and code do not belong together; or there is no such number.
    #[error("the number and the query code do not belong together. Look at the receipt again")]
    NoSuchReceipt {},
    /// Too many wrong codes.
    #[error("too many wrong codes. Try again in {minutes} minutes, or ask at the window")]
    TriedTooOften {
        /// How long to wait.
        minutes: u32,
    },
}

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::UnknownDivision { .. }
            | Self::UnknownWindow { .. }
            | Self::ItemNotOffered { .. }
            | Self::UnknownTopic { .. }
            | Self::ImpossibleTime { .. }
            | Self::Incomplete { .. }
            | Self::WrongIdentityNumber { .. }
            | Self::WithoutNumber { .. }
            | Self::NoSuchEvent { .. }
            | Self::NothingCorrected { .. }
            | Self::TooLarge { .. }
            | Self::OtherMediaType { .. } => RejectionKind::Invalid,
            Self::NoSuchAttachment { .. } | Self::NoSuchReceipt { .. } => RejectionKind::NotFound,
            Self::NotYourCase { .. } => RejectionKind::Forbidden,
            Self::SiteClosed { .. }
            | Self::NotNow { .. }
            | Self::AlreadyRated { .. }
            | Self::CannotMerge { .. }
            | Self::NoticeGivenBefore { .. }
            | Self::TooManyFiles { .. }
            | Self::AttachedBefore { .. }
            | Self::OtherPiece { .. }
            | Self::OtherHash { .. }
            | Self::UploadsFull { .. }
            | Self::AttachmentUnreadable { .. }
            | Self::ReopenLate { .. }
            | Self::ReopenedBefore { .. }
            | Self::NothingToRedo { .. }
            | Self::RedoPending { .. }
            | Self::TriedTooOften { .. } => RejectionKind::Conflict,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::UnknownDivision { division } => {
                format!("目录中没有区划 {division}。请用 onestop directory sites --find 名称 查找")
            }
            Self::UnknownWindow { unit } => {
                format!("目录中没有窗口 {unit}。请用 onestop directory sites --find 名称 查找")
            }
            Self::SiteClosed {
                name,
                day,
                why,
                instead,
                ..
            } => {
                format!("{name} 在 {day} 不开放（{why}）。请引导群众到上一级站点：{instead}")
            }
            Self::ItemNotOffered {
                item,
                place,
                offered,
            } => {
                format!("{place} 没有单位办理“{item}”。可办事项：{offered}")
            }
            Self::UnknownTopic {
                item,
                topic,
                topics,
            } => {
                format!("“{item}”没有类别“{topic}”。可选类别：{topics}")
            }
            Self::Incomplete { field, problem } => format!("{field}：{problem}。请补充后重新提交"),
            Self::ImpossibleTime { occurred, now } => {
                format!(
                    "发生时间 {} 不可能：现在是 {}。请核对日期",
                    occurred.china_text(),
                    now.china_text()
                )
            }
            Self::NotYourCase { window, unit } => {
                format!("案件属于 {window}，您代表的是 {unit}。请联系该窗口")
            }
            Self::NotNow { stage, holder } => {
                format!(
                    "现在不能这样办：案件{}（现由 {holder} 负责）。请用 onestop case show 查看",
                    stage.text().zh
                )
            }
            Self::AlreadyRated { grade } => format!("案件已评价（{}）", grade.text().zh),
            Self::WrongIdentityNumber { field, fault } => format!(
                "{field} 的身份证号码有误：{}。请与证件核对后重新录入",
                fault.text().zh
            ),
            Self::WithoutNumber { field } => {
                format!("{field}：有证件须填号码，未带证件不填。请补充号码，或选择 none")
            }
            Self::NoSuchEvent { event } => {
                format!("{event} 不是本案的事件。请用 onestop replay 查看")
            }
            Self::NothingCorrected {} => {
                "更正内容为空。请写明应更正的当事人、需求、管辖地或类别".to_owned()
            }
            Self::CannotMerge { into, why } => format!("本案不能并入 {into}：{}", why.text().zh),
            Self::NoticeGivenBefore { missing } => {
                format!("此前已一次性告知所缺材料（{missing}），不得再次要求补正")
            }
            Self::NoSuchAttachment { hash } => {
                format!("本案没有附件 {hash}。请先用 onestop case attach 上传")
            }
            Self::TooLarge { size } => format!(
                "文件大小为 {size} 字节，应在 1 至 {LARGEST_FILE} 字节之间。请拆分或降低扫描精度"
            ),
            Self::TooManyFiles { count } => {
                format!("本案已有 {count} 个附件，达到上限。请把多页合并为一个文件")
            }
            Self::AttachedBefore { hash } => format!("本案已有该附件：{hash}"),
            Self::OtherMediaType { media_type } => {
                format!("文件内容不像{}。请选择真实的文件类型", media_type.text().zh)
            }
            Self::OtherPiece { wanted } => {
                format!("下一个应上传第 {wanted} 块。请按顺序上传，除最后一块外每块 512 KiB")
            }
            Self::OtherHash { hash } => format!("已上传的内容与 {hash} 不符。请从第一块重新上传"),
            Self::UploadsFull { count } => {
                format!("正在上传的文件有 {count} 个，已满。请几分钟后再试")
            }
            Self::AttachmentUnreadable { hash } => {
                format!("附件 {hash} 与存入时不一致：已损坏，或已依法删除。请通知管理员")
            }
            Self::ReopenLate { until } => format!(
                "重新办理的期限已于 {} 届满。请登记新案，并注明与本案有关",
                until.china_text()
            ),
            Self::ReopenedBefore { times } => {
                format!("本案已重新办理 {times} 次，达到上限。请登记新案，并注明与本案有关")
            }
            Self::NothingToRedo {} => "本案没有待整改的差评".to_owned(),
            Self::RedoPending { day } => {
                format!("差评尚待整改，期限 {day}。请先用 onestop case redo 登记整改")
            }
            Self::NoSuchReceipt {} => "编号与查询码不符。请核对凭证".to_owned(),
            Self::TriedTooOften { minutes } => {
                format!("查询码输错次数过多。请 {minutes} 分钟后再试，或到窗口查询")
            }
        }
    }
}
