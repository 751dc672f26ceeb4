//! The letter of an organ that opens a case (办案机关公函, 法律援助法 art. 25, 28, 36). Aid that comes by such a letter comes by it
//! alone: no window applies for it in the name of the person, and what an applicant has to show is not asked for.

use jiff::civil::Date;
use onestop_directory::{Directory, NoticeRule};
use onestop_proto::{
    case::{About, Applicant, Rejection},
    division::DivisionCode,
    ids::ServiceItem,
    legal_aid::OrganNotice,
    text::Words,
    time::Timestamp,
    typed::says_nothing,
};

use super::{Context, field_problem::incomplete};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// A citizen, for themselves or by an agent.
    Citizen,
    /// An organ: the people named are those whom it is about.
    Organ,
}

impl Asking {
    pub(super) const fn by(notice: Option<&OrganNotice>) -> Self {
        match notice {
            Some(_) => Self::Organ,
            None => Self::Citizen,
        }
    }
}

/// What the law has to do with a letter in a matter; none in matters other than legal aid.
fn rule(about: &About, directory: &Directory) -> Option<NoticeRule> {
    if about.item != ServiceItem::legal_aid() {
        return Some(NoticeRule::Never);
    }
    let rules = directory.aid_rules(directory.aid_kind(&about.topic))?;
    Some(rules.notice)
}

/// The letter that goes with a case on its way to another matter: where that knows of letters.
pub(super) fn kept(
    notice: Option<&OrganNotice>,
    about: &About,
    directory: &Directory,
) -> Option<OrganNotice> {
    let opens = rule(about, directory).is_none_or(NoticeRule::opens);
    notice.filter(|_| opens).cloned()
}

/// Whether the matter comes by a letter, and by that of this organ.
///
/// # Errors
/// That a letter is missing, that there is none in such a matter, or that another organ writes it.
pub(super) fn check(
    about: &About,
    notice: Option<&OrganNotice>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let directory = context.directory;
    let topic = about.topic.clone();
    let rules = directory.aid_rules(directory.aid_kind(&topic));
    let organs = || rules.map_or_else(Vec::new, |rules| rules.notified_by.clone());
    let topic_name = || directory.topic_label(&about.item, &topic);
    match (rule(about, directory), notice) {
        (Some(NoticeRule::Required), None) => {
            let (topic_name, organs) = (topic_name(), organs());
            Err(Rejection::NoticeMissing {
                topic,
                topic_name,
                organs,
            })
        }
        (Some(NoticeRule::Never | NoticeRule::Later), Some(_)) => {
            let on = context.happened_at().china_date();
            let topics: Vec<_> = directory
                .notified_topics(on)
                .map(|id| id.as_str())
                .collect();
            Err(Rejection::NoticeUnfit {
                topic_name: topic_name(),
                topic,
                topics: topics.join(", "),
                names: Some(Box::new(notified_names(directory, on))),
            })
        }
        (Some(NoticeRule::Required | NoticeRule::Possible), Some(notice))
            if !organs().contains(&notice.organ) =>
        {
            Err(Rejection::OrganUnfit {
                organ: notice.organ,
                topic_name: topic_name(),
                topic,
                organs: organs(),
            })
        }
        (_, Some(notice)) => check_letter(notice, context),
        (_, None) => Ok(()),
    }
}

/// The names of the topics that a letter opens on a day.
fn notified_names(directory: &Directory, on: Date) -> Words {
    let item = ServiceItem::legal_aid();
    let topics = directory.notified_topics(on);
    Words::list(topics.filter_map(|topic| Some(*directory.topic_label(&item, topic)?)))
}

/// The number, the organ and the day of a letter: what is wrong with them is refused at once.
fn check_letter(notice: &OrganNotice, context: &Context<'_>) -> Result<(), Rejection> {
    let number = says_nothing(&notice.letter).then(|| {
        incomplete(
            "notice.letter",
            "填写公函文号 / the number of the letter is missing",
        )
    });
    let body = check_body(notice, context.directory).err();
    let is_to_come = notice.received_on > context.happened_at().china_date();
    let day = is_to_come.then(|| {
        incomplete(
            "notice.received_on",
            "收到日期还没有到 / the letter cannot have been received on a day that has not come",
        )
    });
    let problems = [number, body, day].into_iter().flatten().collect();
    Rejection::all(problems).map_or(Ok(()), Err)
}

/// The organ of another province is one of the directory on the day of its letter, and of the kind that was chosen.
fn check_body(notice: &OrganNotice, directory: &Directory) -> Result<(), Rejection> {
    let (organ, on) = (notice.organ, notice.received_on);
    let Some(body) = &notice.body else {
        return Ok(());
    };
    if directory.is_outside_organ(body, organ, on) {
        return Ok(());
    }
    let known = directory.outside_organs_of(organ, on);
    let (organ_zh, organ_en) = (organ.text().zh, organ.text().en);
    let problem = format!(
        "目录中没有该外省{organ_zh}，或者当日无效。目录中有：{known}。请核对，或者留空 / \
         the directory has no such {organ_en} of another province on that day. It has: {known}. Check it, or leave it empty"
    );
    Err(incomplete("notice.body", &problem))
}

/// What came on an earlier day is entered late, as paper of that day is: with a reason, with another person's approval, or no
/// more (补录).
pub(super) fn check_receipt(
    notice: Option<&OrganNotice>,
    window: DivisionCode,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let Some(notice) = notice else {
        return Ok(());
    };
    let end = Timestamp::end_of_china_day(notice.received_on).plus_seconds(-1);
    context.check_moment(end.min(context.happened_at()), window, None)
}

/// A letter is about one person, who has a lawyer of their own; it names no agent who would speak for them.
pub(super) fn check_person(applicant: &Applicant) -> Result<(), Rejection> {
    if applicant.people.len() > 1 {
        return Err(incomplete(
            "applicant.people",
            "办案机关通知的案件一人一案：每名当事人分别登记 / \
             a letter is taken down once for each person: each has a lawyer of their own",
        ));
    }
    if applicant.agent.is_some() {
        return Err(incomplete(
            "applicant.agent",
            "办案机关通知的案件不由代理人提出，请不填代理人 / an organ asks, and no agent: leave the agent out",
        ));
    }
    Ok(())
}
