//! What referral's rejections are, and what they say in Chinese.

use super::Rejection;
use crate::rejection::{Explain, RejectionKind};

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NoSuchHandoff { .. } => RejectionKind::NotFound,
            Self::UnknownDivision { .. }
            | Self::UnknownUnit { .. }
            | Self::DoesNotWorkIt { .. }
            | Self::LeadItself { .. }
            | Self::NotOutside { .. }
            | Self::OutsideBody { .. }
            | Self::KeptTooShort { .. }
            | Self::Unsaid { .. }
            | Self::ImpossibleDay { .. } => RejectionKind::Invalid,
            Self::NotAddressee { .. }
            | Self::NotHolder { .. }
            | Self::NotSupervisor { .. }
            | Self::OutsideDivision { .. } => RejectionKind::Forbidden,
            Self::OfferAnswered { .. }
            | Self::OfferOver { .. }
            | Self::NothingOffered { .. }
            | Self::AtWindow { .. }
            | Self::NoSupervisor { .. }
            | Self::NothingDisputed { .. }
            | Self::NotDisputable { .. }
            | Self::InDispute { .. }
            | Self::DesignatedMayNotDecline { .. }
            | Self::DesignatedMayNotReturn { .. }
            | Self::PushedDown { .. }
            | Self::ConflictOfInterest { .. }
            | Self::NotInvited { .. }
            | Self::InvitedBefore { .. }
            | Self::CoUnitsAtWork { .. }
            | Self::LeadIsDone { .. }
            | Self::NotExtensible { .. }
            | Self::ExtendedBefore { .. }
            | Self::ExtensionLate { .. }
            | Self::AskedBefore { .. }
            | Self::NothingAsked { .. }
            | Self::SupervisedAlready { .. }
            | Self::NotSupervised { .. }
            | Self::NotWith { .. }
            | Self::NoSuchHandover { .. } => RejectionKind::Conflict,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NoSuchHandoff { handoff, holder } => {
                format!("本案没有转办单 {handoff}，现由 {holder} 负责。请刷新待办列表")
            }
            Self::OfferAnswered {
                end,
                by,
                at,
                holder,
                ..
            } => {
                format!(
                    "该转办{}（{by}，{}），案件现由 {holder} 负责",
                    end.text().zh,
                    at.china_text()
                )
            }
            Self::OfferOver { until, holder } => {
                format!(
                    "该转办已于 {} 失效，案件仍由 {holder} 负责。请该窗口重新转办",
                    until.china_text()
                )
            }
            Self::NotAddressee { to, unit } => {
                format!("该转办发给 {to}，您代表的是 {unit}。只有 {to} 可以答复")
            }
            Self::NotHolder {
                holder,
                since,
                unit,
            } => {
                format!(
                    "案件自 {} 起由 {holder} 负责，您代表的是 {unit}。请联系 {holder}",
                    since.china_text()
                )
            }
            Self::NothingOffered { holder } => {
                format!("没有待答复的转办，案件由 {holder} 负责。请用 onestop case show 查看")
            }
            Self::AtWindow { holder } => format!("案件在窗口 {holder}，无可退回或办毕"),
            Self::UnknownDivision { division } => {
                format!(
                    "目录中没有区划 {division}。请留空，或用 onestop directory sites --find 名称 查找"
                )
            }
            Self::NotSupervisor { division, unit } => format!(
                "只有 {division} 所属司法局的督办人可以办理，您代表的是 {unit}。请联系该司法局"
            ),
            Self::NoSupervisor { between } => {
                format!("目录中没有 {between} 的共同上级司法局。请按其他管辖地重新转办")
            }
            Self::NothingDisputed { holder } => format!(
                "没有待处理的争议，案件由 {holder} 负责。请先提出争议，或用 onestop referral show 查看"
            ),
            Self::NotDisputable { holder, unit } => format!(
                "只有被转办单位、或者无单位承接时的窗口可以提出争议；您代表的是 {unit}，案件由 {holder} 负责"
            ),
            Self::InDispute { supervisor } => {
                format!("案件处于争议中，由 {supervisor} 指定承办单位。请等待指定，或者撤回争议")
            }
            Self::DesignatedMayNotDecline { by } => {
                format!("本案由 {by} 指定承办，被指定单位不得拒收。请签收")
            }
            Self::DesignatedMayNotReturn { by } => format!(
                "本案由 {by} 指定承办，被指定单位不得退回。请继续办理，或者请该督办单位改派"
            ),
            Self::UnknownUnit { unit, .. } => {
                format!("目录中没有单位 {unit}。请用 onestop directory sites --find 名称 查找")
            }
            Self::DoesNotWorkIt { unit, item } => {
                format!("{unit} 不办理“{item}”。请指定办理该事项的单位（onestop directory route）")
            }
            Self::OutsideDivision { unit, division } => format!(
                "{unit} 不在 {division} 辖区内，您无权指定。请在辖区内指定，或者报请上级司法局"
            ),
            Self::PushedDown { unit, item } => {
                format!("“{item}”属县级职责，不得下放给 {unit}。请指定县级单位")
            }
            Self::ConflictOfInterest { unit, case } => format!(
                "{unit} 承办（过）对方当事人的案件 {case}，应当回避。请以 conflict-of-interest 拒收，或者另选单位"
            ),
            Self::NotInvited { unit, holder } => {
                format!("{unit} 目前没有可如此答复的协办任务。请联系 {holder}")
            }
            Self::InvitedBefore { unit } => {
                format!("{unit} 已受邀协办且尚未办毕。请等待，或者先解除")
            }
            Self::LeadItself { unit } => format!("{unit} 是主办单位，不能邀请自己协办。请另选单位"),
            Self::CoUnitsAtWork { units } => {
                format!("协办单位 {units} 尚未办毕。请等待反馈，或者先解除协办，再办毕")
            }
            Self::LeadIsDone { lead } => {
                format!("{lead} 已办毕，案件仅待协办单位反馈。请等待，或者解除协办")
            }
            Self::NotExtensible { unit } => {
                format!("{unit} 没有可以延长的期限。请按期办理，或者退回")
            }
            Self::ExtendedBefore { step, times } => {
                format!("{step} 的期限已延长 {times} 次，不能再延长。请尽快办理")
            }
            Self::ExtensionLate { step, day } => {
                format!("{step} 的期限已于 {day} 届满，延期须在届满前申请。请尽快办理")
            }
            Self::AskedBefore { step } => format!("{step} 的延期已申请。请等待督办单位决定"),
            Self::NothingAsked { holder } => format!("没有待批的延期申请，案件由 {holder} 负责"),
            Self::SupervisedAlready { by } => format!("{by} 的督办尚未反馈。请待反馈后再次督办"),
            Self::NotSupervised { holder } => format!("没有待反馈的督办，案件由 {holder} 负责"),
            Self::NotWith { unit, holder } => {
                format!("{unit} 既未承办本案，也不是待签收单位；案件由 {holder} 负责，无需改派")
            }
            Self::NotOutside { unit } => format!("{unit} 不是外部机构。请转办，或者邀请协办"),
            Self::OutsideBody { unit, .. } => {
                format!("{unit} 是外部机构，不能承接本案责任。请用移送（hand-over）")
            }
            Self::NoSuchHandover { holder } => format!(
                "没有对应的待反馈移送，案件由 {holder} 负责。请写明移送单号（onestop referral show）"
            ),
            Self::KeptTooShort { years } => format!(
                "向外提供个人信息的记录至少保存三年，不得为 {years} 年。请留空或者填写更长年限"
            ),
            Self::Unsaid { field, limit } => {
                format!("请填写 {field}，不超过 {limit} 字，不得写入群众姓名")
            }
            Self::ImpossibleDay { day } => format!("{day} 尚未到来。请更正日期"),
        }
    }
}
