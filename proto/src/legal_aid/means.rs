//! An applicant's means (经济困难状况): who need not show them, and what they are reckoned by (法律援助法 art. 34, 41, 42).

use serde::{Deserialize, Serialize};

use crate::{division::DivisionCode, free_text::FreeText};

choices! {
    /// Whose means are not checked (免予核查), art. 42.
    pub enum ExemptGroup {
        /// (1) People without a fixed income: children, old and disabled people.
        NoFixedIncome = "no-fixed-income", "无固定生活来源的未成年人、老年人、残疾人等特定群体", "children, old or disabled people without a fixed income";
        /// (2) Who gets social or judicial assistance, or is cared for by the state.
        Assisted = "assisted", "社会救助、司法救助或者优抚对象", "recipients of social or judicial assistance, or of special care";
        /// (3) Migrant workers who ask for their pay, or for damages after an accident at work.
        MigrantWorker = "migrant-worker", "申请支付劳动报酬或者请求工伤事故人身损害赔偿的进城务工人员", "migrant workers: their pay, or an accident at work";
        /// (4) Others, as laws and regulations say.
        Other = "other", "法律、法规、规章规定的其他人员", "others, as laws and regulations say";
    }
}

choices! {
    /// By which line a household is measured.
    pub enum Residence {
        Urban = "urban", "城镇", "urban";
        Rural = "rural", "农村", "rural";
    }
}

choices! {
    /// What a line is a part or a multiple of.
    pub enum MeansBase {
        /// The subsistence allowance for town people, a month (城市居民最低生活保障标准).
        UrbanAllowanceMonth = "urban-allowance-month", "城市低保标准（月）", "urban subsistence allowance, a month";
        /// The disposable income a head of country people in the year before (农村居民人均可支配收入).
        RuralIncomeYear = "rural-income-year", "上年农村居民人均可支配收入（年）", "rural disposable income a head, the year before";
    }
}

impl MeansBase {
    /// What a line goes by for town people and for country people, where no place has set it otherwise.
    pub const fn usual(residence: Residence) -> Self {
        match residence {
            Residence::Urban => Self::UrbanAllowanceMonth,
            Residence::Rural => Self::RuralIncomeYear,
        }
    }

    /// How many of its periods a year has.
    pub const fn periods_a_year(self) -> u64 {
        match self {
            Self::UrbanAllowanceMonth => 12,
            Self::RuralIncomeYear => 1,
        }
    }
}

/// Why the applicant's means were not checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Exemption {
    /// The group.
    pub group: ExemptGroup,
    /// What shows that the applicant belongs to it: the kind of paper and its number.
    #[schemars(with = "FreeText")]
    pub evidence: String,
}

/// What an applicant's means were reckoned by, as it was that day (核算). Money in yuan a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MeansCalculation {
    /// By which line.
    pub residence: Residence,
    /// How many people live together.
    pub household: u32,
    /// What they earn together in a year.
    pub income: u64,
    /// What that is a head, rounded down.
    pub income_per_head: u64,
    /// The line: what a head may earn in a year at most, rounded down.
    pub line: u64,
    /// For which place the line was set.
    pub place: DivisionCode,
    /// What it is a part of.
    pub base: MeansBase,
    /// How much that is.
    pub base_amount: u64,
    /// How many hundredths of it the line is.
    pub percent: u32,
    /// Who set the line, and where the amount is from.
    #[schemars(with = "FreeText")]
    pub source: String,
}

impl MeansCalculation {
    /// Whether the household lies within the line. Compared without rounding.
    pub fn is_within(&self) -> bool {
        let earned = u128::from(self.income) * 100;
        let year = u128::from(self.base_amount) * u128::from(self.base.periods_a_year());
        earned <= year * u128::from(self.percent) * u128::from(self.household)
    }
}
