//! What was recorded of a site.

use jiff::civil::Date;

use super::{
    ChangeApproved, ChangeProposed, ChangeSentBack, ContactChanged, DaysOffDeclared, DutySet,
    EntryConfirmed, EvidenceAttached, EvidenceWithdrawn, HoursSet, ItemMovedIn, ItemMovedOut,
    LimitSet, MeansLineSet, OpeningPlanned, PapersSet, ProposedChange, StandardChecked, StateSet,
    UnitFilled, UnitFreed,
};
use crate::{
    division::DivisionCode,
    ids::{SiteId, UnitId},
};

events! {
    /// What was recorded of a site.
    pub enum Event {
        /// 变更联系方式
        ContactChanged = "cn.onestop.registry.contact-changed.v1", "变更联系方式", "Contact changed";
        /// 变更站点状态
        StateSet = "cn.onestop.registry.state-set.v1", "变更站点状态", "State set";
        /// 标记满负荷
        UnitFilled = "cn.onestop.registry.unit-filled.v1", "标记满负荷", "Unit full";
        /// 恢复接收
        UnitFreed = "cn.onestop.registry.unit-freed.v1", "恢复接收", "Unit takes cases again";
        /// 计划开放
        OpeningPlanned = "cn.onestop.registry.opening-planned.v1", "计划开放", "Opening planned";
        /// 达标核查
        StandardChecked = "cn.onestop.registry.standard-checked.v1", "达标核查", "Standard checked";
        /// 确认登记内容
        EntryConfirmed = "cn.onestop.registry.entry-confirmed.v1", "确认登记内容", "Entry confirmed";
        /// 登记开办依据
        EvidenceAttached = "cn.onestop.registry.evidence-attached.v1", "登记开办依据", "Evidence attached";
        /// 撤下文件
        EvidenceWithdrawn = "cn.onestop.registry.evidence-withdrawn.v1", "撤下文件", "Evidence withdrawn";
        /// 变更开放时间
        HoursSet = "cn.onestop.registry.hours-set.v1", "变更开放时间", "Opening hours set";
        /// 变更值班人员
        DutySet = "cn.onestop.registry.duty-set.v1", "变更值班人员", "Duty set";
        /// 变更时限
        LimitSet = "cn.onestop.registry.limit-set.v1", "变更时限", "Limit set";
        /// 地方性假日
        DaysOffDeclared = "cn.onestop.registry.days-off-declared.v1", "地方性假日", "Days off declared";
        /// 事项进驻
        ItemMovedIn = "cn.onestop.registry.item-moved-in.v1", "事项进驻", "Item moved in";
        /// 事项撤出
        ItemMovedOut = "cn.onestop.registry.item-moved-out.v1", "事项撤出", "Item moved out";
        /// 变更所需材料
        PapersSet = "cn.onestop.registry.papers-set.v1", "变更所需材料", "Papers set";
        /// 变更经济困难标准
        MeansLineSet = "cn.onestop.registry.means-line-set.v1", "变更经济困难标准", "Means line set";
        /// 提请变更
        ChangeProposed = "cn.onestop.registry.change-proposed.v1", "提请变更", "Change proposed";
        /// 批准变更
        ChangeApproved = "cn.onestop.registry.change-approved.v1", "批准变更", "Change approved";
        /// 退回变更
        ChangeSentBack = "cn.onestop.registry.change-sent-back.v1", "退回变更", "Change sent back";
    }
}

impl Event {
    /// The site that it is about.
    pub const fn site(&self) -> &SiteId {
        match self {
            Self::ContactChanged(event) => &event.site,
            Self::StateSet(event) => &event.site,
            Self::UnitFilled(event) => &event.site,
            Self::UnitFreed(event) => &event.site,
            Self::OpeningPlanned(event) => &event.site,
            Self::StandardChecked(event) => &event.site,
            Self::EntryConfirmed(event) => &event.site,
            Self::EvidenceAttached(event) => &event.site,
            Self::EvidenceWithdrawn(event) => &event.site,
            Self::HoursSet(event) => &event.site,
            Self::DutySet(event) => &event.site,
            Self::LimitSet(event) => &event.site,
            Self::DaysOffDeclared(event) => &event.site,
            Self::ItemMovedIn(event) => &event.site,
            Self::ItemMovedOut(event) => &event.site,
            Self::PapersSet(event) => &event.site,
            Self::MeansLineSet(event) => &event.site,
            Self::ChangeProposed(event) => &event.site,
            Self::ChangeApproved(event) => &event.site,
            Self::ChangeSentBack(event) => &event.site,
        }
    }

    /// The unit that it is about, and where that is.
    pub const fn unit(&self) -> (&UnitId, DivisionCode) {
        match self {
            Self::ContactChanged(event) => (&event.unit, event.division),
            Self::StateSet(event) => (&event.unit, event.division),
            Self::UnitFilled(event) => (&event.unit, event.division),
            Self::UnitFreed(event) => (&event.unit, event.division),
            Self::OpeningPlanned(event) => (&event.unit, event.division),
            Self::StandardChecked(event) => (&event.unit, event.division),
            Self::EntryConfirmed(event) => (&event.unit, event.division),
            Self::EvidenceAttached(event) => (&event.unit, event.division),
            Self::EvidenceWithdrawn(event) => (&event.unit, event.division),
            Self::HoursSet(event) => (&event.unit, event.division),
            Self::DutySet(event) => (&event.unit, event.division),
            Self::LimitSet(event) => (&event.unit, event.division),
            Self::DaysOffDeclared(event) => (&event.unit, event.division),
            Self::ItemMovedIn(event) => (&event.unit, event.division),
            Self::ItemMovedOut(event) => (&event.unit, event.division),
            Self::PapersSet(event) => (&event.unit, event.division),
            Self::MeansLineSet(event) => (&event.unit, event.division),
            Self::ChangeProposed(event) => (&event.unit, event.division),
            Self::ChangeApproved(event) => (&event.unit, event.division),
            Self::ChangeSentBack(event) => (&event.unit, event.division),
        }
    }
}

impl ProposedChange {
    /// What is recorded when it is approved: it holds from its first day on, and not before the day of the approval.
    pub fn approved(&self, today: Date) -> Event {
        macro_rules! not_before_today {
            ($($change:ident),+) => {
                match self.clone() {
                    $(Self::$change(event) => Event::$change($change {
                        from: event.from.max(today),
                        ..event
                    }),)+
                }
            };
        }
        not_before_today!(
            ContactChanged,
            StateSet,
            UnitFilled,
            UnitFreed,
            OpeningPlanned,
            StandardChecked,
            HoursSet,
            DutySet,
            LimitSet,
            DaysOffDeclared,
            ItemMovedIn,
            ItemMovedOut,
            PapersSet,
            MeansLineSet
        )
    }
}
