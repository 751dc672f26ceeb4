//! The lists that a window chooses from.

choices! {
    /// How the citizen came.
    pub enum Channel {
        Window = "window", "窗口", "at the window";
        /// By telephone (12348).
        Phone = "phone", "电话", "by telephone";
        /// Written on paper while the network was away, entered later.
        Paper = "paper", "纸质登记", "on paper, entered later";
    }
}

choices! {
    /// What the window does with a case when it opens it.
    pub enum WindowAction {
        Refer = "refer", "转办", "refer it";
        Answer = "answer", "窗口答复", "answer it at the window";
    }
}

choices! {
    /// The stages of a case, as intake knows them.
    pub enum Stage {
        /// The window has it and has not answered.
        AtWindow = "at-window", "窗口办理中", "at the window";
        /// Referred, on its way or with a unit.
        Referred = "referred", "已转办", "referred";
        /// The window handed it over to a body outside (移送).
        HandedOver = "handed-over", "已移送有关单位", "handed over to another body";
        /// The unit's result is back at the window.
        ResultBack = "result-back", "结果已返回窗口", "the result is back";
        Answered = "answered", "窗口已答复", "answered at the window";
        /// Withdrawn by the citizen.
        Withdrawn = "withdrawn", "已撤销申请", "withdrawn";
        /// Closed (办结).
        Closed = "closed", "已办结", "closed";
        Archived = "archived", "已归档", "archived";
        /// Merged into another case (合并): nothing more is done here.
        Merged = "merged", "已并入其他案件", "merged into another case";
    }
}

impl Stage {
    /// Whether nothing more is done for the citizen.
    #[must_use]
    pub const fn is_over(self) -> bool {
        match self {
            Self::Closed | Self::Archived | Self::Merged => true,
            Self::AtWindow
            | Self::Referred
            | Self::HandedOver
            | Self::ResultBack
            | Self::Answered
            | Self::Withdrawn => false,
        }
    }
}

choices! {
    /// The five grades of 好差评.
    pub enum Grade {
        VerySatisfied = "very-satisfied", "非常满意", "very satisfied";
        Satisfied = "satisfied", "满意", "satisfied";
        Fair = "fair", "基本满意", "fairly satisfied";
        Dissatisfied = "dissatisfied", "不满意", "dissatisfied";
        VeryDissatisfied = "very-dissatisfied", "非常不满意", "very dissatisfied";
    }
}

impl Grade {
    /// Whether the service has to be done over (整改).
    pub const fn is_bad(self) -> bool {
        match self {
            Self::VerySatisfied | Self::Satisfied | Self::Fair => false,
            Self::Dissatisfied | Self::VeryDissatisfied => true,
        }
    }
}

choices! {
    /// Whom a window takes special care of (特殊群体).
    pub enum Care {
        /// Under eighteen (未成年人保护法 art. 2).
        Minor = "minor", "未成年人", "a minor";
        /// Sixty or older (老年人权益保障法 art. 2).
        Elderly = "elderly", "老年人", "an elderly person";
        Disabled = "disabled", "残疾人", "a disabled person";
        MigrantWorker = "migrant-worker", "农民工", "a migrant worker";
        Woman = "woman", "妇女", "a woman";
        Serviceman = "serviceman", "军人军属、退役军人", "a serviceman, a veteran or their kin";
    }
}

choices! {
    /// What is spoken in Yunnan besides Mandarin, and beyond its borders. It is the one list: of what a citizen needs, and
    /// of what a site speaks.
    pub enum SpokenLanguage {
        Yi = "yi", "彝语", "Yi";
        Bai = "bai", "白语", "Bai";
        Hani = "hani", "哈尼语", "Hani";
        Dai = "dai", "傣语", "Dai";
        Zhuang = "zhuang", "壮语", "Zhuang";
        Miao = "miao", "苗语", "Miao";
        Lahu = "lahu", "拉祜语", "Lahu";
        Wa = "wa", "佤语", "Wa";
        Naxi = "naxi", "纳西语", "Naxi";
        Yao = "yao", "瑶语", "Yao";
        Jingpo = "jingpo", "景颇语", "Jingpo";
        Zaiwa = "zaiwa", "载瓦语", "Zaiwa";
        Tibetan = "tibetan", "藏语", "Tibetan";
        Bulang = "bulang", "布朗语", "Bulang";
        Buyi = "buyi", "布依语", "Buyi";
        Pumi = "pumi", "普米语", "Pumi";
        Achang = "achang", "阿昌语", "Achang";
        Nu = "nu", "怒语", "Nu";
        Jino = "jino", "基诺语", "Jino";
        Deang = "deang", "德昂语", "De'ang";
        Dulong = "dulong", "独龙语", "Dulong";
        Sui = "sui", "水语", "Sui";
        Lisu = "lisu", "傈僳语", "Lisu";
        Burmese = "burmese", "缅甸语", "Burmese";
        Lao = "lao", "老挝语", "Lao";
        Vietnamese = "vietnamese", "越南语", "Vietnamese";
        Thai = "thai", "泰语", "Thai";
        English = "english", "英语", "English";
        Sign = "sign", "手语", "sign language";
        Other = "other", "其他语言", "another language";
    }
}

choices! {
    /// Something that a clerk should look at again, though it is no reason to refuse.
    pub enum Warning {
        /// The first six digits of an identity number are no division of today: the division may have been
        /// abolished since the number was given.
        OldAddressCode = "old-address-code", "身份证号码前六位不是现行区划代码，可能是旧区划，请与证件核对", "the first six digits of an identity number are no division of today; it may be an old one. Compare it with the document";
        /// An identity number of fifteen digits: replaced since, but still on old papers.
        OldNumber = "old-number", "十五位旧身份证号码，请尽量核对现用的十八位号码", "an identity number of fifteen digits. Ask for the one of eighteen, if there is one";
        NoDocument = "no-document", "未带证件，请在办理前补核", "no document at hand. Look at one before anything is decided";
        /// A minor of eight and older asks alone (民法典 art. 19): for most acts the statutory agent acts or agrees.
        MinorAlone = "minor-alone", "八周岁以上的未成年人独自申请，须由法定代理人代理或者同意、追认（民法典第十九条）", "a minor of eight or older asks alone: the statutory agent acts, or agrees (Civil Code art. 19)";
        /// A grown person of limited capacity asks without the statutory agent (民法典 art. 22).
        LimitedAlone = "limited-alone", "限制民事行为能力的成年人未由法定代理人代理，须经法定代理人同意或者追认（民法典第二十二条）", "a grown person of limited capacity asks without the statutory agent, who acts or agrees (Civil Code art. 22)";
        /// A visitor who came for advice cannot apply alone: a child below eight, a grown person without capacity, a company without
        /// the person who acts for it (民法典 art. 20, 21, 61).
        AgentMissing = "agent-missing", "申请人不能独自申请（无民事行为能力，或者是没有代表人的单位），只作解答；要申请的，先用“更正”补记代理人（民法典第二十条、第二十一条、第六十一条）", "they cannot apply as they stand, without capacity or a company's representative: they are advised; for an application add the agent by a correction (Civil Code art. 20, 21, 61)";
        /// A company or body came for advice: legal aid is for natural persons (法律援助法 art. 31).
        Body = "body", "申请人是单位，只作解答；法律援助的申请人须是自然人（法律援助法第三十一条）", "a company or body is advised; legal aid is for natural persons (Legal Aid Law art. 31)";
        /// The person does not say who they are (匿名咨询).
        Anonymous = "anonymous", "匿名咨询：申请人不愿留名，只作解答，不受理申请；愿意留名时用“更正”补记", "an anonymous consultation: it is answered, and nothing is applied for; a name is added by correction";
    }
}

choices! {
    /// What is wrong with the number of a document (GB 11643-1999, GB 32100-2015).
    pub enum IdentityFault {
        Form = "form", "应为18位（旧证15位），末位可为X", "it has eighteen digits, the last may be X; an old one fifteen";
        /// Digits 7 to 14 are no day that was.
        BirthDate = "birth-date", "其中的出生日期不存在或在将来", "the birth date in it is no day that was";
        /// The check digit does not fit: one digit is wrong, or two were swapped.
        CheckDigit = "check-digit", "校验码不符，有一位抄错或两位颠倒", "its check digit does not fit: a digit is wrong, or two were swapped";
        /// It is no number of a passport.
        PassportForm = "passport-form", "护照号码为5至9位字母和数字；中国护照为E、G等字母和8位数字，或者E、一位字母和7位数字", "a passport's number has 5 to 9 letters and digits; that of a Chinese one a letter such as E or G and eight digits, or E, a letter and seven";
        /// It is no number of the permit of residents of Hong Kong and Macao.
        HmtPermitForm = "hmt-permit-form", "港澳居民来往内地通行证号码为H或者M和8位数字（旧证10位）", "the permit's number has H or M and eight digits; an old one ten";
        /// It is no number of the permit of residents of Taiwan.
        TaiwanPermitForm = "taiwan-permit-form", "台湾居民来往大陆通行证号码为8位数字（旧证10位）", "the permit's number has eight digits; an old one ten";
        /// It is no number of a residence permit.
        ResidencePermitForm = "residence-permit-form", "居留证、居住证号码为18位，旧的外国人永久居留证为三位字母和12位数字；号码是别的样子的，请选“其他证件”", "a residence permit's number has eighteen digits; that of a former permanent residence card three letters and twelve digits. Of another form, choose 'another document'";
        /// It is the number of another kind of document.
        OtherKind = "other-kind", "这是另一种证件的号码，请选择相应的证件种类", "it is the number of another kind of document: choose that kind";
    }
}

choices! {
    /// Why something taken down is corrected (更正).
    pub enum CorrectionReason {
        Mistyped = "mistyped", "录入错误", "typed wrongly";
        /// The document was seen later and says otherwise.
        DocumentSeen = "document-seen", "核对证件后更正", "the document was seen and says otherwise";
        /// The citizen requested it (个人信息保护法 art. 46).
        CitizenAsked = "citizen-asked", "当事人要求更正", "the citizen asked for it";
    }
}

choices! {
    /// Why a case is merged into another (合并).
    pub enum MergeReason {
        /// The same person came twice with the same matter.
        Duplicate = "duplicate", "同一人重复登记同一事项", "the same person, the same matter";
        SameMatter = "same-matter", "多人同一事项", "several people, one matter";
    }
}

choices! {
    /// Why a case cannot be merged into another.
    pub enum MergeObstacle {
        Unknown = "unknown", "没有该案件", "there is no such case here";
        /// It was opened later: the first window stays responsible (首问负责).
        Later = "later", "对方登记在后，应由后登记的并入先登记的（首问负责）", "it was opened later; the later one is merged into the earlier";
        Over = "over", "对方已合并或已归档", "it is itself merged or archived";
        OtherItem = "other-item", "事项不同", "it is about another item";
        /// It is about another topic of the item.
        OtherTopic = "other-topic", "具体事项不同，不是同一件事", "it is about another topic, and not the same matter";
        OtherPeople = "other-people", "申请人不是同一人，不属于重复登记", "other people ask in it: it is no duplicate";
        /// One of the two cases is that of the opposing party.
        OpposingSide = "opposing-side", "是对方当事人的案件，不得合并", "it is the opposing party's case";
        /// The citizen was dissatisfied: what is said of that stays with the case.
        Complaint = "complaint", "本案有不满意评价或更正责令，须在本案中办结", "the citizen was dissatisfied, or a correction was ordered: that is settled in this case";
    }
}

choices! {
    /// Why a closed case is opened again.
    pub enum ReopenReason {
        NotCarriedOut = "not-carried-out", "结果未落实", "the result was not carried out";
        NewFacts = "new-facts", "出现新情况", "new facts";
        ClosedByMistake = "closed-by-mistake", "误办结", "closed by mistake";
        /// The citizen takes a withdrawal back.
        WithdrawalTakenBack = "withdrawal-taken-back", "群众不再撤销申请", "the citizen takes the withdrawal back";
        /// The bureau ordered that a unit corrects what it decided; no window says so itself.
        CorrectionOrdered = "correction-ordered", "司法行政机关责令改正", "the bureau ordered a correction";
    }
}

choices! {
    /// Why a window opens a closed case again: of the reasons that there are, those that a window may give.
    pub enum ReopenGround {
        NotCarriedOut = "not-carried-out", "结果未落实", "the result was not carried out";
        NewFacts = "new-facts", "出现新情况", "new facts";
        ClosedByMistake = "closed-by-mistake", "误办结", "closed by mistake";
        /// The citizen takes a withdrawal back.
        WithdrawalTakenBack = "withdrawal-taken-back", "群众不再撤销申请", "the citizen takes the withdrawal back";
    }
}

impl From<ReopenGround> for ReopenReason {
    fn from(ground: ReopenGround) -> Self {
        match ground {
            ReopenGround::NotCarriedOut => Self::NotCarriedOut,
            ReopenGround::NewFacts => Self::NewFacts,
            ReopenGround::ClosedByMistake => Self::ClosedByMistake,
            ReopenGround::WithdrawalTakenBack => Self::WithdrawalTakenBack,
        }
    }
}

choices! {
    /// What the citizen said when called back (回访).
    pub enum FollowUpResult {
        Settled = "settled", "问题已解决", "settled";
        NotSettled = "not-settled", "问题未解决", "not settled";
        Unreachable = "unreachable", "未能联系上", "the applicant was not reached";
        /// The citizen does not wish to be called.
        Declined = "declined", "拒绝回访", "does not wish to be called";
    }
}

choices! {
    /// Purpose of a home visit (上门服务).
    pub enum VisitPurpose {
        Registration = "registration", "上门登记", "to take the case down";
        Material = "material", "上门收取材料", "to fetch material";
        Answer = "answer", "上门答复、送达", "to answer or to deliver";
        FollowUp = "follow-up", "上门回访", "to follow up";
    }
}

choices! {
    /// What came of a home visit.
    pub enum VisitOutcome {
        Done = "done", "已办妥", "done";
        Partly = "partly", "部分办妥", "partly done";
        NotAtHome = "not-at-home", "当事人不在", "the citizen was not at home";
        AnotherVisit = "another-visit", "约定再次上门", "another visit is agreed on";
    }
}

choices! {
    /// What is owed to a citizen besides the matter: it is met or declined before the case is archived.
    pub enum NeedKind {
        /// That staff or a helper speaks with them in their language.
        Language = "language", "使用其语言服务", "service in their language";
        /// An interpreter.
        Interpreter = "interpreter", "翻译", "an interpreter";
        /// A home visit.
        HomeVisit = "home-visit", "上门服务", "a home visit";
    }
}

choices! {
    /// Why a case cannot wait (紧急事由), where that is said after it was taken down.
    pub enum UrgencyGround {
        Danger = "danger", "人身安全受到威胁", "somebody is in danger";
        PeriodEnds = "period-ends", "时效、期限即将届满", "a period is about to end";
        Livelihood = "livelihood", "生活急需", "they cannot live without it";
        Evidence = "evidence", "证据可能灭失或者财产可能转移", "evidence or property may be lost";
        Leaving = "leaving", "当事人即将离开", "they are about to leave";
        Group = "group", "可能引发群体性事件", "many people may gather";
    }
}

choices! {
    /// Why a case that could not wait can wait again.
    pub enum UrgencyEnd {
        Over = "over", "紧急情形已消除", "it is urgent no more";
        Mistaken = "mistaken", "误标为紧急", "it was marked by mistake";
    }
}

choices! {
    /// How a need was seen to (需求落实).
    pub enum NeedOutcome {
        /// Met by staff of the unit.
        ByStaff = "by-staff", "已落实，由本单位人员提供", "met by the unit's staff";
        /// Met by others: an interpreter from outside, a volunteer, kin.
        ByOthers = "by-others", "已落实，请他人提供", "met with the help of others";
        /// The citizen did not want it.
        Declined = "declined", "群众表示不需要", "the citizen did not want it";
        /// It could not be met.
        NotPossible = "not-possible", "未能落实，已向群众说明", "it could not be met, and the citizen was told";
    }
}

impl NeedOutcome {
    /// Whether the citizen had what they need.
    #[must_use]
    pub const fn is_met(self) -> bool {
        match self {
            Self::ByStaff | Self::ByOthers => true,
            Self::Declined | Self::NotPossible => false,
        }
    }
}

choices! {
    /// What kinds of files are taken.
    pub enum MediaType {
        Pdf = "application/pdf", "PDF 文件", "a PDF file";
        /// OFD, the national format of documents (GB/T 33190).
        Ofd = "application/ofd", "OFD 文件", "an OFD file";
        Jpeg = "image/jpeg", "JPEG 图片", "a JPEG picture";
        Png = "image/png", "PNG 图片", "a PNG picture";
        Webp = "image/webp", "WebP 图片", "a WebP picture";
        /// HEIC, as telephones take pictures; it is kept as it is.
        Heic = "image/heic", "HEIC 图片", "a HEIC picture";
        Text = "text/plain", "文本文件", "plain text";
        Mp3 = "audio/mpeg", "录音", "a sound recording";
        Mp4 = "video/mp4", "录像", "a film";
    }
}
