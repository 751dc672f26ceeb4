//! What a route (分流) rests on: which place the law lets decide, who was considered, and why one unit was
//! chosen and the others were not. Kept in the event, so that it can be explained years later.

use serde::{Deserialize, Serialize};

use crate::{division::DivisionCode, ids::UnitId, text::Words};

choices! {
    /// Which kind of place decides who is responsible (管辖连接点).
    pub enum PlaceKind {
        /// Where the case organ sits: court, procuratorate, police.
        CaseOrgan = "case-organ", "办案机关所在地", "where the case organ sits";
        Dispute = "dispute", "争议处理机关所在地或者事由、纠纷发生地", "where the dispute is handled or arose";
        Parties = "parties", "当事人所在地", "where the parties live";
        Residence = "residence", "住所地或者经常居住地", "where the applicant lives";
        /// Where the act was done or the fact came about.
        ActOrFact = "act-or-fact", "行为地或者事实发生地", "where the act or fact took place";
        RealEstate = "real-estate", "不动产所在地", "where the real estate lies";
        Window = "window", "接待窗口所在地", "the window that is asked";
    }
}

choices! {
    /// Whether an agent may act for the applicant (代理).
    pub enum Presence {
        AgentAllowed = "agent-allowed", "可以委托他人代理", "an agent may act";
        /// Only the person (公证法第二十六条).
        InPerson = "in-person", "须由本人办理", "in person only";
    }
}

/// Which place decides who is responsible, by the item's own law (管辖).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Jurisdiction {
    /// The kinds of place that may decide, the usual one first.
    pub places: Vec<PlaceKind>,
    /// Whether the applicant must come.
    pub presence: Presence,
    /// The law's rule, as a window explains it.
    pub rule: Words,
    /// The law.
    pub basis: String,
}

choices! {
    /// Whether a case can wait.
    pub enum Urgency {
        Ordinary = "ordinary", "一般", "ordinary";
        /// It cannot: it goes before others, and a unit that is full takes it all the same.
        Urgent = "urgent", "紧急", "urgent";
    }
}

choices! {
    /// Why a unit is left out (回避、失效).
    pub enum ExclusionReason {
        OtherParty = "other-party", "已为对方当事人办理", "it acts for another party";
        /// It said that it has a conflict of interest.
        Declared = "declared", "已声明存在利益冲突", "it declared a conflict of interest";
        /// It was asked in this search, and did not answer in time: no refusal, and the next is asked.
        Lapsed = "lapsed", "未按时签收", "it did not answer in time";
    }
}

/// A unit that is left out: it may not have the case (应当回避), or did not answer in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Excluded {
    /// The unit.
    pub unit: UnitId,
    /// Why.
    pub reason: ExclusionReason,
}

/// One unit that was considered, and why it was or was not chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Candidate {
    /// The unit.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// Tiers up from the responsible place: 0 is the place's own.
    pub distance: u32,
    /// Cases that it held when this was decided.
    pub load: u32,
    /// Why it was or was not chosen.
    pub verdict: Verdict,
    /// What the verdict rests on, where that is a fact of its own: why the site is closed, how many cases
    /// the unit can hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Words>,
}

choices! {
    /// Why a candidate was or was not chosen.
    pub enum Verdict {
        /// The nearest of those that nothing speaks against.
        Chosen = "chosen", "选中", "chosen";
        Farther = "farther", "距离较远", "another is nearer";
        /// As near as the chosen one, with more to do.
        Busier = "busier", "任务较多", "as near, but busier";
        SentAway = "sent-away", "曾拒收或退回本案", "declined or returned this case before";
        /// It did not answer the offer in time; a new request asks it again.
        Lapsed = "lapsed", "未按时签收", "did not answer in time";
        ClosedThatDay = "closed-that-day", "当日不开放", "closed that day";
        NotOfferedThatDay = "not-offered-that-day", "当日不办理该事项", "does not work the item that day";
        AtCapacity = "at-capacity", "在办案件已满", "has as many cases as it can hold";
        ConflictOfInterest = "conflict-of-interest", "利益冲突，应当回避", "conflict of interest";
    }
}

/// A route, with everything that it was decided on, so that it can be explained years later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Route {
    /// The unit chosen.
    pub chosen: UnitId,
    /// Every unit that was considered, the nearest first.
    pub candidates: Vec<Candidate>,
    /// The rule by which it was chosen, in both languages.
    pub rule: Words,
    /// The law that says which place is responsible.
    pub basis: String,
    /// That law's rule; missing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<Jurisdiction>,
    /// Which kind of place the responsible place is, if the window said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_kind: Option<PlaceKind>,
    /// The version of the directory: a hash of its contents.
    pub directory: String,
}
