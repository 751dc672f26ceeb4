//! Kinds of legal aid (法律援助种类).

choices! {
    /// Kinds of legal aid. Which topics are of which, and which grounds fit it, is in the directory.
    pub enum AidKind {
        /// In civil and administrative cases, and for state compensation, art. 31, 32.
        Representation = "representation", "民事、行政等代理", "civil and administrative representation";
        /// A suspect or defendant applied for a defender, art. 24.
        AppliedDefence = "applied-defence", "申请刑事辩护", "defence applied for";
        /// An organ has to notify the agency of a suspect or defendant without a defender, art. 25 para. 1.
        NotifiedDefence = "notified-defence", "通知辩护（应当通知）", "notified defence";
        /// A court may notify the agency of a defendant without a defender, art. 25 para. 2.
        TrialDefence = "trial-defence", "通知辩护（可以通知）", "defence at trial, on notice";
        /// A victim, private prosecutor or civil plaintiff in a criminal case applied, art. 29.
        VictimAgency = "victim-agency", "刑事被害人等代理", "agency for a victim";
        /// A duty lawyer helps a suspect or defendant who has no defender, art. 30.
        DutyLawyer = "duty-lawyer", "值班律师法律帮助", "duty lawyer's help";
        /// A court notifies the agency of a person whose compulsory treatment was asked for, art. 28.
        CompulsoryTreatment = "compulsory-treatment", "强制医疗案件代理", "agency in compulsory treatment";
        Other = "other", "法律、法规、规章规定的其他援助", "other, as laws provide";
    }
}

choices! {
    /// What a duty lawyer did for a person (法律帮助), art. 30.
    pub enum HelpKind {
        Advice = "advice", "法律咨询", "legal advice";
        Procedure = "procedure", "程序选择建议", "advice on the procedure";
        Measure = "measure", "申请变更强制措施", "application for another measure";
        /// Gave an opinion on how the case should be handled.
        Opinion = "opinion", "对案件处理提出意见", "opinion on the handling of the case";
        /// Was there when a plea was signed, 刑事诉讼法 art. 174.
        Plea = "plea", "见证签署认罪认罚具结书", "presence at the signing of a plea";
        /// Helped to apply for legal aid, art. 39.
        Application = "application", "转交法律援助申请", "an application for legal aid passed on";
        Other = "other", "法律规定的其他事项", "other, as laws provide";
    }
}
