//! What can be no name and no telephone number. Intake decides by it, and a form says so beside its field with everything else that
//! is wrong. Each is a sentence as `中文 / English` ([`both_languages`](crate::field_names::both_languages)).

use super::AgentKind;
use crate::typed::{half_width, is_blank, says_nothing, wrong_mobile};

/// The longest name on record has 19 characters; rare ones are longer.
const LONGEST_NAME: usize = 60;

/// What is wrong with a name.
///
/// ```
/// use onestop_proto::case::name_fault;
/// assert_eq!(name_fault("艾尼瓦尔·买买提"), None);
/// assert!(name_fault("？？").is_some());
/// ```
pub fn name_fault(name: &str) -> Option<&'static str> {
    if is_blank(name) {
        Some("填写姓名 / the name is missing")
    } else if !name.chars().any(char::is_alphabetic) {
        Some("姓名须有文字 / a name has letters")
    } else if name.trim().contains(['\n', '\r', '\t']) {
        Some("姓名写在一行 / a name is on one line")
    } else if name.trim().chars().count() > LONGEST_NAME {
        Some("不超过 60 字 / at most 60 characters")
    } else {
        None
    }
}

/// A company or body that asks has no person who acts for it.
pub const BODY_AGENT_MISSING: &str = "填写法定代表人或者其委托的代理人（民法典第六十一条） / \
     name its legal representative, or an agent whom it entrusted (Civil Code art. 61)";

/// What is wrong with that on which the authority of an agent rests. A legal representative represents the company by the
/// office (民法典 art. 61).
///
/// ```
/// use onestop_proto::case::{AgentKind, authority_fault};
/// assert_eq!(authority_fault(AgentKind::LegalRepresentative, ""), None);
/// assert!(authority_fault(AgentKind::Entrusted, "！").is_some());
/// ```
pub fn authority_fault(kind: AgentKind, authority: &str) -> Option<&'static str> {
    let wanted = match kind {
        AgentKind::LegalRepresentative => return None,
        AgentKind::Statutory | AgentKind::Kin => {
            "写明亲属关系或者指定监护的文书 / say the kinship, or the paper that names the guardian"
        }
        AgentKind::Entrusted | AgentKind::Community => {
            "写明委托书或者证明文件 / say the letter of attorney, or the paper that shows it"
        }
    };
    says_nothing(authority).then_some(wanted)
}

/// What is wrong with a telephone number: one that can be called has digits, perhaps grouped, perhaps of another country.
///
/// ```
/// use onestop_proto::case::phone_fault;
/// assert_eq!(phone_fault("０８７９-3231234"), None);
/// assert!(phone_fault("张三家").is_some() && phone_fault("138001380").is_some());
/// ```
pub fn phone_fault(phone: &str) -> Option<&'static str> {
    let phone = half_width(phone);
    if wrong_mobile(&phone).is_some() {
        return Some("手机号为11位数字 / a mobile number has 11 digits");
    }
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let is_of_number =
        |sign: char| sign.is_ascii_digit() || matches!(sign, '+' | '-' | ' ' | '(' | ')');
    let is_right = phone.chars().all(is_of_number) && (5..=20).contains(&digits);
    let wrong = "电话号码由5至20位数字组成 / a telephone number has 5 to 20 digits";
    (!is_right || phone.len() > 30).then_some(wrong)
}
