//! Kinds of values: what people call each, and what a right one looks like.

use super::repeated;
use crate::text::{Text, Words};

/// A kind of value.
struct Kind {
    /// As [`InvalidId`](crate::invalid_id::InvalidId) says it.
    en: &'static str,
    zh: &'static str,
    /// What is right, with an example.
    right: Text,
}

macro_rules! kinds {
    ($($en:literal, $zh:literal: $right_zh:literal, $right_en:literal;)*) => {
        &[$(Kind { en: $en, zh: $zh, right: Text { zh: $right_zh, en: $right_en } }),*]
    };
}

const KINDS: &[Kind] = kinds! {
    "a case id", "案件编号":
        "请填系统给出的编号，例如 019ab0c4-8000-7000-8000-000000000001",
        "give the id that the system gave, such as 019ab0c4-8000-7000-8000-000000000001";
    "an event id", "事件编号":
        "请填系统给出的编号，例如 019ab0c4-8000-7000-8000-000000000001",
        "give the id that the system gave, such as 019ab0c4-8000-7000-8000-000000000001";
    "a command id", "请求编号":
        "请填 UUID，例如 019ab0c4-8000-7000-8000-000000000001",
        "give a UUID, such as 019ab0c4-8000-7000-8000-000000000001";
    "a handoff id", "转办编号":
        "请填系统给出的编号，例如 019ab0c4-8000-7000-8000-000000000001",
        "give the id that the system gave, such as 019ab0c4-8000-7000-8000-000000000001";
    "a case", "案件":
        "请填案号，例如 普洱宁洱新塘〔2026〕1123-001号，或者系统编号（s4k2m9qxa-261123-001）、电话短码（482 719 354）",
        "give its number, such as s4k2m9qxa-261123-001 or 普洱宁洱新塘〔2026〕1123-001号, its short code (482 719 354) or its id";
    "a short code", "电话短码":
        "请填九位数字，例如 482 719 354；如果听写有误，请对方再报一遍",
        "give nine digits, such as 482 719 354; if they were heard wrongly, ask for them again";
    "an official number", "案号":
        "例如 普洱宁洱新塘〔2026〕1123-001号",
        "such as 普洱宁洱新塘〔2026〕1123-001号";
    "a case number", "案件号":
        "请填回执上的案件号，例如 s4k2m9qxa-261123-001",
        "give the number on the receipt, such as s4k2m9qxa-261123-001";
    "a division code", "区划代码":
        "请填 2、4、6、9 或者 12 位数字，例如 530821",
        "give 2, 4, 6, 9 or 12 digits, such as 530821";
    "a site id", "站点编号": "例如 s4k2m9qxa", "such as s4k2m9qxa";
    "a unit id", "单位编号": "例如 s4k2m9qxa.legal-aid", "such as s4k2m9qxa.legal-aid";
    "a kind of unit", "单位种类": "例如 legal-aid", "such as legal-aid";
    "a service item", "诉求类别": "例如 legal-aid", "such as legal-aid";
    "a topic", "代号": "例如 labour-pay", "such as labour-pay";
    "a staff id", "账号": "请填小写字母、数字和连字符，例如 zhang-li", "such as zhang-li";
    "a service name", "服务名称": "例如 legal-aid", "such as legal-aid";
    "an actor", "办理人":
        "例如 clerk/zhang-li@s4k2m9qxa.window",
        "such as clerk/zhang-li@s4k2m9qxa.window";
    "the name of an issuer", "签发方": "例如 operator/zhang-li", "such as operator/zhang-li";
    "a source", "来源": "例如 /onestop/intake/main", "such as /onestop/intake/main";
    "a step", "环节": "例如 legal-aid.review", "such as legal-aid.review";
    "a traceparent", "跟踪标识":
        "例如 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "such as 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    "the number of a licence", "执业证号":
        "律师填 17 位数字，例如 15308202010123456；基层法律服务工作者填 14 位",
        "give a lawyer's 17 digits, such as 15308202010123456, or a legal worker's 14";
    "the SHA-256 of a file", "文件校验值":
        "请填 64 位小写的十六进制数，例如 sha256sum 所给的",
        "give 64 digits of hex in lower case, such as sha256sum prints";
    "the SHA-256 of a command's data", "内容校验值":
        "请填 64 位小写的十六进制数，例如录入时所给的",
        "give 64 digits of hex in lower case, such as the refusal of the entry names";
    "a remark on a paper", "补正说明":
        "请填材料、冒号和说明，例如 wage-record: 全年",
        "give a paper, a colon and a text, such as wage-record: of the whole year";
    "a time of standing still", "停止计算的时间":
        "请填起止时间，较早的在前，例如 2026年3月9日..2026年3月12日",
        "give two moments, the earlier first, such as 2026-03-09..2026-03-12";
    "a sum of money", "金额":
        "请填大于 0 的元数，最多两位小数，例如 1500.50",
        "give yuan, more than 0, with at most two decimals, such as 1500.50";
    "a public key", "公钥": "请填 44 位 Base64，例如 openssl 所给的", "give 44 signs of Base64, such as openssl prints";
    "a time", "时间":
        "例如 2026年3月4日 15:20",
        "such as 2026-03-04 15:20, or 2026-03-04T15:20:00+08:00";
    "a day", "日期": "例如 2026年3月7日，或者 3月7日", "such as 2026-03-07";
};

/// Codes of lists that are no topics: the fields that have them, and what a right one looks like.
const CODES: &[(&[&str], Kind)] = &[
    (
        &["body"],
        Kind {
            en: "the id of a body",
            zh: "外省单位编号",
            right: Text {
                zh: "例如 sichuan-high-court",
                en: "such as sichuan-high-court",
            },
        },
    ),
    (
        &["missing", "materials", "papers", "kind", "kinds", "paper"],
        Kind {
            en: "a kind of paper",
            zh: "材料代号",
            right: Text {
                zh: "例如 wage-record",
                en: "such as wage-record",
            },
        },
    ),
];

/// The kind of a code by its field: `data.materials[0].kind`.
fn kind_in(field: &str, kind: &'static Kind) -> &'static Kind {
    let names = field.rsplit(['.', '[', ']']);
    let mut names = names.filter(|name| !name.bytes().all(|sign| sign.is_ascii_digit()));
    let name = names.next().unwrap_or_default();
    let found = CODES.iter().find(|(fields, _)| fields.contains(&name));
    match found {
        Some((_, code)) if kind.en == "a topic" => code,
        Some(_) | None => kind,
    }
}

/// The words for a text that is not of a kind.
pub(super) fn words(field: &str, problem: &str) -> Option<Words> {
    let rest = problem.strip_prefix('\'')?;
    let (text, kind) = KINDS.iter().find_map(|kind| {
        let (text, _) = rest.rsplit_once(format!("' is not {}: ", kind.en).as_str())?;
        Some((repeated(text), kind))
    })?;
    let Kind { en, zh, right } = kind_in(field, kind);
    Some(if text.trim().is_empty() {
        Words {
            zh: format!("没有填写{zh}：{}", right.zh),
            en: format!("it is missing, {en} is wanted: {}", right.en),
        }
    } else {
        Words {
            zh: format!("“{text}”不是{zh}：{}", right.zh),
            en: format!("'{text}' is not {en}: {}", right.en),
        }
    })
}
