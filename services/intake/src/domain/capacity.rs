//! Which persons can apply, and which need an agent (民法典 art. 17-28, 61; 法律援助法 art. 40).

use onestop_proto::{
    case::{
        Agent, AgentKind, Applicant, BODY_AGENT_MISSING, DocumentKind, Guardian, LegalCapacity,
        Person, Rejection, Warning,
    },
    ids::ServiceItem,
};

use super::field_problem::incomplete;

/// Ages in full years, where a document or the person says them.
pub(super) struct Ages {
    pub(super) people: Vec<Option<i16>>,
    pub(super) agent: Option<i16>,
    /// From then on a child has limited capacity for civil acts; below, none (民法典 art. 19, 20).
    pub(super) limited_from: i16,
    /// From then on a person has full capacity (民法典 art. 17, 18).
    pub(super) full_from: i16,
}

/// What a person can do alone, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ability {
    /// A child below eight (民法典 art. 20).
    YoungChild,
    /// A grown person without capacity (民法典 art. 21).
    GrownNone,
    /// A minor of eight or older (民法典 art. 19).
    Minor,
    /// A grown person of limited capacity (民法典 art. 22).
    GrownLimited,
    Full,
}

/// What a person can do by their age and by what is said of them; of a minor, age decides unless less is said.
fn ability(age: Option<i16>, stated: Option<LegalCapacity>, ages: &Ages) -> Ability {
    match (age, stated) {
        (Some(age), _) if age < ages.limited_from => Ability::YoungChild,
        (_, Some(LegalCapacity::None)) => Ability::GrownNone,
        (Some(age), _) if age < ages.full_from => Ability::Minor,
        (_, Some(LegalCapacity::Limited)) => Ability::GrownLimited,
        (_, None) => Ability::Full,
    }
}

/// Whether a person can act alone.
pub(super) fn acts_alone(age: Option<i16>, stated: Option<LegalCapacity>, ages: &Ages) -> bool {
    ability(age, stated, ages) == Ability::Full
}

/// Checks that each applicant can apply, or has an agent who can. Advice is open to every visitor.
///
/// # Errors
/// The fields that are missing, and the people who cannot be what they are written down as; of one field, what was found first.
pub(super) fn check(
    applicant: &Applicant,
    item: &ServiceItem,
    ages: &Ages,
) -> Result<Vec<Warning>, Vec<Rejection>> {
    let agent = applicant.agent.as_ref();
    let agent = agent.map_or(Ok(()), |agent| check_agent(agent, ages));
    let people = [check_stated(&applicant.people), agent];
    if *item == ServiceItem::consultation() {
        return refuse_each(people).map(|()| advice_only(applicant, ages));
    }
    let able = check_able(applicant, item, ages);
    let warning = able.as_ref().ok().copied().flatten();
    let application = [
        check_bodies(applicant, item),
        check_guardian(applicant, ages),
        able.map(|_| ()),
    ];
    refuse_each(people.into_iter().chain(application))?;
    Ok(warning.into_iter().collect())
}

/// Everything that is wrong; of one field, what was found first.
fn refuse_each(
    checked: impl IntoIterator<Item = Result<(), Rejection>>,
) -> Result<(), Vec<Rejection>> {
    let mut found: Vec<Rejection> = Vec::new();
    for refused in checked.into_iter().filter_map(Result::err) {
        if found.iter().all(|known| known.field() != refused.field()) {
            found.push(refused);
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// Whether these applicants can apply for an item, with their agent.
fn can_apply(applicant: &Applicant, item: &ServiceItem, ages: &Ages) -> bool {
    check_bodies(applicant, item).is_ok()
        && check_guardian(applicant, ages).is_ok()
        && check_able(applicant, item, ages).is_ok()
}

/// Why those who are advised could apply for nothing as they stand: the window minds it when an application comes of it. What
/// an application is refused for is judged by the item, when the window refers the case for it.
fn advice_only(applicant: &Applicant, ages: &Ages) -> Vec<Warning> {
    let items = [
        ServiceItem::legal_aid(),
        ServiceItem::notarization(),
        ServiceItem::mediation(),
    ];
    let mut possible = items.iter();
    let can_apply = possible.any(|item| can_apply(applicant, item, ages));
    let has_body = applicant.people.iter().any(is_body);
    let missing = (!can_apply).then_some(Warning::AgentMissing);
    let body = has_body.then_some(Warning::Body);
    missing.into_iter().chain(body).collect()
}

/// Refuses an application of what the window was warned of when the people were advised: where what was taken down of them can be
/// read no more.
///
/// # Errors
/// That an agent is missing, or that a company asks for legal aid.
pub(super) fn check_advised(warnings: &[Warning], item: &ServiceItem) -> Result<(), Rejection> {
    if *item == ServiceItem::consultation() {
        return Ok(());
    }
    if warnings.contains(&Warning::AgentMissing) {
        return Err(incomplete("applicant.agent", AGENT_MISSING));
    }
    if warnings.contains(&Warning::Body) && *item == ServiceItem::legal_aid() {
        return Err(incomplete("applicant.people[0].document.kind", NATURAL));
    }
    Ok(())
}

/// Refuses a person who cannot act and has no agent; warns of one who should not act alone.
fn check_able(
    applicant: &Applicant,
    item: &ServiceItem,
    ages: &Ages,
) -> Result<Option<Warning>, Rejection> {
    let agent = applicant.agent.as_ref();
    let each = applicant.people.iter().zip(&ages.people);
    let least = each
        // A company acts through its representative.
        .map(|(person, age)| {
            if is_body(person) {
                Ability::Full
            } else {
                ability(*age, person.capacity, ages)
            }
        })
        .min();
    match least.unwrap_or(Ability::Full) {
        Ability::YoungChild => check_statutory(agent, item, YOUNG_CHILD).map(|()| None),
        Ability::GrownNone => check_statutory(agent, item, GROWN_NONE).map(|()| None),
        Ability::Minor => check_limited(agent, item, Warning::MinorAlone),
        Ability::GrownLimited => check_limited(agent, item, Warning::LimitedAlone),
        Ability::Full => Ok(None),
    }
}

/// Whom a minor, or a grown person of limited capacity, has entrusted is no statutory agent (民法典 art. 19, 22). Before a notary
/// the guardian acts for them (公证程序规则 art. 10); elsewhere the window is warned.
fn check_limited(
    agent: Option<&Agent>,
    item: &ServiceItem,
    warning: Warning,
) -> Result<Option<Warning>, Rejection> {
    if is_helped(agent, item) {
        return Ok(None);
    }
    if *item == ServiceItem::notarization() {
        return Err(incomplete("applicant.agent", LIMITED_AT_NOTARY));
    }
    Ok(Some(warning))
}

fn check_stated(people: &[Person]) -> Result<(), Rejection> {
    let odd = people
        .iter()
        .position(|person| person.capacity.is_some() && is_body(person));
    let Some(index) = odd else { return Ok(()) };
    Err(incomplete(
        &format!("applicant.people[{index}].capacity"),
        "单位没有自然人的民事行为能力问题，请核对证件种类 / a company or body has no age or judgement to lack: check the document",
    ))
}

/// The law lists guardians in an order that knows no spouse or child of a minor (民法典 art. 27, 28). The statutory agent of a
/// person who cannot act alone is the guardian (art. 23): it is said which.
fn check_guardian(applicant: &Applicant, ages: &Ages) -> Result<(), Rejection> {
    let field = "applicant.agent.guardian";
    let Some(agent) = &applicant.agent else {
        return Ok(());
    };
    let stated = applicant.people.iter().any(|one| one.capacity.is_some());
    let minor = ages
        .people
        .iter()
        .flatten()
        .any(|age| *age < ages.full_from);
    match (agent.kind, agent.guardian) {
        (AgentKind::Statutory, None) if minor => Err(incomplete(
            field,
            "写明代理人是哪一类监护人：父母，其他近亲属，经同意的其他人（民法典第二十三条、第二十七条） / \
             say which guardian the agent is: parent, near relative, another with consent (Civil Code art. 23, 27)",
        )),
        (AgentKind::Statutory, None) if stated => Err(incomplete(
            field,
            "写明代理人是哪一类监护人：配偶，父母、子女，其他近亲属，经同意的其他人（民法典第二十三条、第二十八条） / \
             say which guardian the agent is: spouse, parent or child, near relative, another with consent (Civil Code art. 23, 28)",
        )),
        (AgentKind::Statutory, Some(Guardian::Spouse | Guardian::Child)) if minor => {
            Err(incomplete(
                field,
                "未成年人的监护人是父母，其次祖父母、外祖父母、兄姐，再次经同意的其他人（民法典第二十七条） / \
                 a minor's guardian is a parent, then a grandparent or elder sibling, then another with consent (Civil Code art. 27)",
            ))
        }
        (AgentKind::Statutory, Some(_) | None) | (_, None) => Ok(()),
        (
            AgentKind::LegalRepresentative
            | AgentKind::Entrusted
            | AgentKind::Kin
            | AgentKind::Community,
            Some(_),
        ) => Err(incomplete(
            field,
            "只有法定代理人是监护人，请核对代理人身份 / a guardian is a statutory agent: check in what capacity the agent acts",
        )),
    }
}

/// A statutory agent has full capacity (民法典 art. 23: the guardian), as has every other agent.
fn check_agent(agent: &Agent, ages: &Ages) -> Result<(), Rejection> {
    if ages.agent.is_some_and(|age| age < ages.full_from) {
        return Err(incomplete(
            "applicant.agent",
            "代理人须具有完全民事行为能力，未成年人不能担任（民法典第十七条、第二十三条） / \
             an agent has full capacity: a minor cannot be one (Civil Code art. 17, 23)",
        ));
    }
    let is_body = agent
        .document
        .as_ref()
        .is_some_and(|shown| shown.kind == DocumentKind::CreditCode);
    match (agent.kind, is_body) {
        (AgentKind::Statutory | AgentKind::Kin, true) => Err(incomplete(
            "applicant.agent",
            "法定代理人、近亲属须为自然人 / a statutory agent or kin is a natural person",
        )),
        (AgentKind::LegalRepresentative, true) => Err(incomplete(
            "applicant.agent",
            "法定代表人是自然人（民法典第六十一条） / a legal representative is a natural person (Civil Code art. 61)",
        )),
        (AgentKind::Statutory | AgentKind::Kin | AgentKind::LegalRepresentative, false)
        | (AgentKind::Entrusted | AgentKind::Community, _) => Ok(()),
    }
}

/// Of a company or body.
const NATURAL: &str =
    "法律援助的申请人是自然人（法律援助法第三十一条） / legal aid is for natural persons (art. 31)";

/// Of people who came for advice.
const AGENT_MISSING: &str = "申请人不能独自申请：先用“更正”补记法定代理人，单位补记法定代表人或者其委托的代理人（民法典第二十条、第二十一条、第六十一条） / \
     they cannot apply as they stand: add the statutory agent by a correction, or whoever acts for the company (Civil Code art. 20, 21, 61)";

/// Of a child below eight.
const YOUNG_CHILD: &str = "不满八周岁的未成年人由法定代理人代理，不能自行委托他人（民法典第二十条、第二十三条） / \
     a child below eight acts through the statutory agent, and can entrust nobody (Civil Code art. 20, 23)";

/// Of a grown person without capacity.
const GROWN_NONE: &str = "无民事行为能力的成年人由法定代理人代理，不能自行委托他人（民法典第二十一条、第二十三条） / \
     a grown person without capacity acts through the statutory agent, and can entrust nobody (Civil Code art. 21, 23)";

/// Of a minor of eight or older, or a grown person of limited capacity, who asks for a certificate.
const LIMITED_AT_NOTARY: &str = "限制民事行为能力人申办公证，由其监护人代理（公证程序规则第十条；民法典第十九条、第二十二条）。请填写法定代理人 / \
     before a notary the guardian acts for a person of limited capacity (Rules of Notarial Procedure art. 10): name the statutory agent";

/// Whether an agent may act for a person who cannot act alone: kin may apply for legal aid where a guardian harms the person
/// (法律援助法 art. 40), a community that is the guardian may too (民法典 art. 32).
fn stands_for(kind: AgentKind, item: &ServiceItem) -> bool {
    match kind {
        AgentKind::Statutory | AgentKind::Community => true,
        AgentKind::Kin => *item == ServiceItem::legal_aid(),
        AgentKind::Entrusted | AgentKind::LegalRepresentative => false,
    }
}

/// Whether an agent acts who may act for a person who cannot act alone.
fn is_helped(agent: Option<&Agent>, item: &ServiceItem) -> bool {
    agent.is_some_and(|agent| stands_for(agent.kind, item))
}

/// A person without capacity acts through the statutory agent and cannot appoint another agent.
fn check_statutory(
    agent: Option<&Agent>,
    item: &ServiceItem,
    otherwise: &str,
) -> Result<(), Rejection> {
    if is_helped(agent, item) {
        return Ok(());
    }
    Err(incomplete("applicant.agent", otherwise))
}

fn is_body(person: &Person) -> bool {
    let shown = person.document.as_ref();
    shown.is_some_and(|shown| shown.kind == DocumentKind::CreditCode)
}

/// A company or body asks through a person; legal aid is for natural persons.
fn check_bodies(applicant: &Applicant, item: &ServiceItem) -> Result<(), Rejection> {
    let Some(index) = applicant.people.iter().position(is_body) else {
        return check_no_representative(applicant);
    };
    if *item == ServiceItem::legal_aid() {
        return Err(incomplete(
            &format!("applicant.people[{index}].document.kind"),
            NATURAL,
        ));
    }
    let natural = applicant.people.iter().any(|person| !is_body(person));
    match applicant.agent.as_ref().map(|agent| agent.kind) {
        None if natural => Ok(()),
        Some(AgentKind::LegalRepresentative | AgentKind::Entrusted) => Ok(()),
        // The agent may be that of a person who asks beside the company.
        Some(AgentKind::Statutory | AgentKind::Kin | AgentKind::Community) if natural => Ok(()),
        None | Some(AgentKind::Statutory | AgentKind::Kin | AgentKind::Community) => {
            Err(incomplete("applicant.agent", BODY_AGENT_MISSING))
        }
    }
}

/// A natural person has no legal representative.
fn check_no_representative(applicant: &Applicant) -> Result<(), Rejection> {
    let kind = applicant.agent.as_ref().map(|agent| agent.kind);
    if kind != Some(AgentKind::LegalRepresentative) {
        return Ok(());
    }
    Err(incomplete(
        "applicant.agent",
        "法定代表人代表法人、其他组织：申请人的证件选“统一社会信用代码”，或者改选代理人身份 / \
         a legal representative acts for a company or body: choose its credit code as the document, or another kind of agent",
    ))
}
