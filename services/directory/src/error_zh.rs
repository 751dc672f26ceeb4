//! Why a directory does not load, in Chinese: most of those who change it read no English.

use crate::error::Reason;

impl Reason {
    /// What is wrong and what to do, in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Unreadable(_)
            | Self::NotUtf8
            | Self::Malformed { .. }
            | Self::EmptyPeriod { .. }
            | Self::UnknownDivision { .. }
            | Self::Pattern { .. }
            | Self::Blank { .. } => self.file_zh(),
            Self::Header | Self::NoName { .. } | Self::MovedTwice { .. } => self.division_zh(),
            Self::TierMismatch { .. } | Self::DuplicateDivision { .. } | Self::NoParent { .. } => {
                self.division_zh()
            }
            Self::DuplicateRule { .. }
            | Self::SiteCollision { .. }
            | Self::NoSite { .. }
            | Self::OverlappingOverrides { .. }
            | Self::DuplicateSite { .. }
            | Self::OverlappingHosts { .. }
            | Self::UnknownLanguage { .. }
            | Self::UnknownItem { .. }
            | Self::NotAtTier { .. }
            | Self::EmptyOffer => self.site_zh(),
            Self::DuplicateCheckpoint { .. } | Self::NoSitePhone { .. } => self.entry_zh(),
            Self::PersonOfNoUnit { .. } | Self::PersonTwice { .. } => self.roster_zh(),
            Self::NoSuchKind { .. }
            | Self::NoUnitHere { .. }
            | Self::UnsourcedUnit { .. }
            | Self::NoCapacity { .. }
            | Self::NoPhone { .. }
            | Self::ToldElsewhere { .. }
            | Self::DuplicateKind { .. }
            | Self::NoWindow { .. }
            | Self::NoSiteForUnit { .. } => self.unit_zh(),
            Self::DuplicateItem { .. }
            | Self::DuplicateTopic { .. }
            | Self::NoTopic { .. }
            | Self::UnknownKind { .. }
            | Self::UnknownMaterial { .. }
            | Self::NoUnitAtTier { .. }
            | Self::ReceivedNowhere { .. }
            | Self::Places => self.item_zh(),
            Self::NoBasis
            | Self::YearsOutOfRange { .. }
            | Self::DaysOutOfRange { .. }
            | Self::ApprovalOfNothing
            | Self::DuplicateRung { .. }
            | Self::RungDays { .. }
            | Self::OverlappingStandards { .. }
            | Self::LessStrict { .. } => self.limit_zh(),
            Self::DuplicateYear { .. }
            | Self::OtherYear { .. }
            | Self::LongHoliday { .. }
            | Self::DuplicateDayOff { .. }
            | Self::NotMovable { .. }
            | Self::FixedDayMissing { .. }
            | Self::NoSuchDay { .. } => self.calendar_zh(),
        }
    }
}

/// One function for each group of reasons. A reason of another group, which [`Reason::zh`] does not hand to it,
/// would be shown in English.
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "`zh` names every reason, and hands each to the function of its group"
)]
impl Reason {
    /// Of a file as such, or of several files.
    fn file_zh(&self) -> String {
        match self {
            Self::Unreadable(_) => {
                "无法读取。请放入该文件，或者不指定文件夹，使用内置数据".to_owned()
            }
            Self::NotUtf8 => {
                "不是 UTF-8 编码，可能是表格软件另存的 GB18030（GBK）。请另存为“CSV UTF-8”，或者用 iconv -f GB18030 -t UTF-8 转换".to_owned()
            }
            Self::Malformed { .. } => {
                "写法有误。请对照 deploy/directory 中的内置文件，检查字段名、取值和缺项".to_owned()
            }
            Self::EmptyPeriod { from, until } => {
                format!("终止日 {until} 早于起始日 {from}。请改正日期")
            }
            Self::UnknownDivision { code } => {
                format!("divisions.csv 中没有区划 {code}。请改正代码")
            }
            Self::Pattern { pattern, known } => {
                format!("“{pattern}”不能用作名称模板。须含 {known} 之一，不含其他花括号")
            }
            Self::Blank { field } => format!("“{field}”是空的。请写上已知的内容，或者删去该行"),
            _ => self.to_string(),
        }
    }

    /// Of `divisions.csv`.
    fn division_zh(&self) -> String {
        match self {
            Self::Header => "第一行必须是 code,name,tier".to_owned(),
            Self::TierMismatch {
                code,
                stated,
                actual,
            } => {
                format!("{code} 写的是 {stated}，但代码表示 {actual}。请改正代码或层级")
            }
            Self::NoName { code } => format!("{code} 没有名称。请补上"),
            Self::DuplicateDivision { code } => format!("{code} 列了两次。请删去一行"),
            Self::MovedTwice { successor } => {
                format!("有两个区划写为改成 {successor}。并入它的一个请写 change = \"merged\"")
            }
            Self::NoParent { code, parent } => {
                format!("{code} 属于 {parent}，而后者未列入。请补上 {parent}，或者改正代码")
            }
            _ => self.to_string(),
        }
    }

    /// Of `sites.toml`: rules, and facts about single sites.
    fn site_zh(&self) -> String {
        match self {
            Self::DuplicateRule { tier } => format!("层级 {tier} 有两条规则。请保留一条"),
            Self::SiteCollision {
                site,
                first,
                second,
            } => {
                format!("{first} 和 {second} 的站点编号同为 {site}。请报告此问题")
            }
            Self::NoSite { code } => {
                format!("{code} 没有站点：其层级没有规则。请补一条 [[rule]]，或者删去本条")
            }
            Self::OverlappingOverrides { code, day } => {
                format!("{code} 在 {day} 有两条状态。请先结束前一条")
            }
            Self::DuplicateSite { code, first } => {
                format!("{code} 的站点已在第 {first} 行说明。请并入同一 [[site]]")
            }
            Self::OverlappingHosts { code, day } => {
                format!("{code} 的站点在 {day} 有两个依托单位。请给前一个写上 until")
            }
            Self::UnknownLanguage { language } => {
                format!("没有 [[language]] “{language}”。请补上名称，或者改正")
            }
            Self::UnknownItem { item } => format!("items.toml 中没有事项“{item}”。请改正"),
            Self::NotAtTier { item, tier } => {
                format!(
                    "层级 {tier} 既不接收也不办理“{item}”。请删去，或者在 items.toml 中加上该层级"
                )
            }
            Self::EmptyOffer => {
                "至少要有一个事项、一个星期几。要关闭站点，请用 [[override]]".to_owned()
            }
            _ => self.to_string(),
        }
    }

    /// Of what is recorded of sites, in `sites.toml`.
    fn entry_zh(&self) -> String {
        match self {
            Self::DuplicateCheckpoint { checkpoint } => {
                format!("达标清单中已有“{checkpoint}”。请为本条另取编号")
            }
            Self::NoSitePhone { code, phone } => {
                format!(
                    "{code} 站点的电话“{phone}”无法拨打。请用数字书写，可用连字符分隔，如 0879-3231234"
                )
            }
            _ => self.to_string(),
        }
    }

    /// Of the rosters, in `sites.toml`.
    fn roster_zh(&self) -> String {
        match self {
            Self::PersonOfNoUnit { code, kind } => {
                format!("{code} 没有“{kind}”。请改正该人员的 division 或者 kind")
            }
            Self::PersonTwice { person } => {
                format!("同一名册在同一时间有两条“{person}”。请并为一条 [[person]]")
            }
            _ => self.to_string(),
        }
    }

    /// Of the units, in `sites.toml` and `items.toml`.
    fn unit_zh(&self) -> String {
        match self {
            Self::NoSuchKind { kind } => format!("items.toml 中没有 [[unit]] “{kind}”。请改正"),
            Self::NoUnitHere { kind, tier } => {
                format!("层级 {tier} 没有“{kind}”。请删去，或者在 items.toml 中加上该层级")
            }
            Self::UnsourcedUnit { kind } => {
                format!("只有部分地方设立的“{kind}”须写明来源和状态。请补上 source 和 status")
            }
            Self::NoCapacity { kind } => {
                format!("“{kind}”的承办上限为 0，什么也不能办。请删去该行，或者暂停站点")
            }
            Self::NoPhone { kind, phone } => {
                format!(
                    "“{kind}”的电话“{phone}”无法拨打。请用数字书写，可用连字符分隔，如 0879-3231234"
                )
            }
            Self::ToldElsewhere { kind } => {
                format!(
                    "“{kind}”属于本系统，在本系统签收。请删去 told，或者写明 belongs = \"outside\""
                )
            }
            Self::DuplicateKind { kind } => format!("单位类型“{kind}”列了两次。请保留一个"),
            Self::NoWindow { tier } => {
                format!("层级 {tier} 的站点没有窗口。请在单位类型 window 中列出每个有站点的层级")
            }
            Self::NoSiteForUnit { kind, tier } => {
                format!(
                    "单位类型“{kind}”在层级 {tier}，而该层级没有站点。请删去该层级，或者在 sites.toml 中补 [[rule]]"
                )
            }
            _ => self.to_string(),
        }
    }

    /// Of the items, in `items.toml`.
    fn item_zh(&self) -> String {
        match self {
            Self::DuplicateItem { item } => format!("事项“{item}”列了两次。请保留一个"),
            Self::DuplicateTopic { item, topic } => {
                format!("“{item}”的类别“{topic}”列了两次。请保留一个")
            }
            Self::NoTopic { item } => {
                format!("事项“{item}”没有类别。请至少写一个 [[item.topic]]，例如 other")
            }
            Self::UnknownKind { item, kind } => {
                format!("事项“{item}”由“{kind}”办理，而没有这种 [[unit]]。请补上，或者改正")
            }
            Self::UnknownMaterial { item, material } => {
                format!("“{item}”要带的“{material}”没有 [[material]]。请补上名称，或者改正")
            }
            Self::NoUnitAtTier { item, kind, tier } => {
                format!("事项“{item}”由层级 {tier} 的“{kind}”办理，而那里没有这种单位。请改正其一")
            }
            Self::ReceivedNowhere { item, tier } => {
                format!("事项“{item}”在层级 {tier} 接收，而那里没有站点。请改正层级")
            }
            Self::Places => "places 至少写一种连接点，每种只写一次：依法由哪里管辖".to_owned(),
            _ => self.to_string(),
        }
    }

    /// Of a legal basis, and of `standards.toml` and `retention.toml`.
    fn limit_zh(&self) -> String {
        match self {
            Self::NoBasis => "basis 为空。请写明法律和条文".to_owned(),
            Self::YearsOutOfRange { years } => {
                format!("保存期限 {years} 年有误：应为 1 至 100 年")
            }
            Self::DaysOutOfRange { step, days } => {
                format!("“{step}”写了 {days} 日；可以是 1 到 3650 日")
            }
            Self::ApprovalOfNothing => {
                "有一条 [[approval]] 没有写明决定。请写上，例如 legal-aid.refuse，或者删去该条"
                    .to_owned()
            }
            Self::DuplicateRung { tier } => {
                format!("层级 {tier} 有两条 [[rung]]。请只留一条")
            }
            Self::RungDays { tier, after } => {
                format!("层级 {tier} 的 [[rung]] 写了 {after} 日；可以是 1 到 250 日")
            }
            Self::OverlappingStandards {
                step,
                day,
                other_line,
            } => {
                format!(
                    "“{step}”在同一地方 {day} 有两条时限，另一条在第 {other_line} 行。请给旧的一条写上 valid_to，到新的一条前一日为止"
                )
            }
            Self::LessStrict {
                step,
                place,
                wider_line,
                how,
            } => {
                let how = how.zh();
                format!(
                    "{place} 的“{step}”比第 {wider_line} 行上级的时限宽：{how}。下级可以从严，不得从宽：请减少日数，或者用同一种日"
                )
            }
            _ => self.to_string(),
        }
    }

    /// Of `calendar.toml`.
    fn calendar_zh(&self) -> String {
        match self {
            Self::DuplicateYear { year } => format!("{year} 年列了两次。请保留一个"),
            Self::OtherYear { day, year } => {
                format!("{day} 不属于 {year} 年：只能写当年和上年最后一周的日子")
            }
            Self::LongHoliday { name, days } => {
                format!("“{name}”放假 {days} 日；超过 15 日应是笔误")
            }
            Self::DuplicateDayOff { day } => format!("{day} 列为放假两次。请改正日期"),
            Self::NotMovable { day } => {
                format!("{day} 不能是调休上班日：须是放假日以外的周六、周日")
            }
            Self::FixedDayMissing { day, year } => {
                format!("{day} 依法放假，{year} 年没有列入。请加到 off")
            }
            Self::NoSuchDay { month, day } => {
                format!("{month}-{day} 不是每年都有的日子。请改正")
            }
            _ => self.to_string(),
        }
    }
}
