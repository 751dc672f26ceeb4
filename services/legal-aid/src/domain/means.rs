//! How an applicant's means are determined (法律援助法 art. 31, 32, 34, 41, 42).

use onestop_directory::{ItemTopic, MeansTest};
use onestop_matter::domain::{Context, Matter};
use onestop_proto::{
    division::DivisionCode,
    ids::ServiceItem,
    legal_aid::{
        DetermineMeans, ExemptGroup, Exemption, Means, MeansBase, MeansCalculation,
        MeansDetermined, Rejection, Residence,
    },
    text::Words,
};

use super::{Decision, LegalAidRules};

/// The words fit the topic: whether the law asks about means at all is no finding of the officer. An exemption says whose it
/// is; a reckoning says what was found.
pub(super) fn determine(
    matter: &Matter<LegalAidRules>,
    determine: &DetermineMeans,
    context: &Context<'_>,
) -> Decision {
    let means = determine.means;
    let topic = || matter.topic.clone();
    let topic_name = || topic_label(matter, context);
    match means_test(matter, context) {
        test if test.allows(means) => {}
        MeansTest::Tested | MeansTest::Either => {
            return Err(Rejection::MeansTested {
                topic: topic(),
                topic_name: topic_name(),
            });
        }
        MeansTest::NotTested => {
            return Err(Rejection::NotMeansTested {
                topic: topic(),
                topic_name: topic_name(),
            });
        }
    }
    let exemption = exemption(matter, determine, context)?;
    let calculation = calculation(matter, determine, context)?;
    match (means, &calculation) {
        (Means::AboveLine, None) => return Err(Rejection::CalculationIncomplete {}),
        (Means::AboveLine, Some(found)) if found.is_within() => return Err(contradicts(found)),
        (Means::SharedData | Means::Pledge, Some(found)) if !found.is_within() => {
            return Err(contradicts(found));
        }
        (
            Means::AboveLine | Means::SharedData | Means::Pledge | Means::Exempt | Means::NotTested,
            _,
        ) => {}
    }
    Ok(vec![
        MeansDetermined {
            means,
            exemption,
            calculation,
        }
        .into(),
    ])
}

/// What the law has to do with the means of who asks for this.
fn means_test(matter: &Matter<LegalAidRules>, context: &Context<'_>) -> MeansTest {
    // A topic that is no longer listed: the officer knows.
    topic(matter, context).map_or(MeansTest::Either, |topic| topic.means)
}

/// Refuses a decision for means where the law does not ask about them (art. 32).
pub(super) fn require_tested(
    matter: &Matter<LegalAidRules>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    match means_test(matter, context) {
        MeansTest::NotTested => Err(Rejection::NotMeansTested {
            topic: matter.topic.clone(),
            topic_name: topic_label(matter, context),
        }),
        MeansTest::Tested | MeansTest::Either => Ok(()),
    }
}

fn topic<'a>(matter: &Matter<LegalAidRules>, context: &Context<'a>) -> Option<&'a ItemTopic> {
    let item = context.directory.item(&ServiceItem::legal_aid());
    item.and_then(|item| item.topic(&matter.topic))
}

/// What the topic of the case is called.
fn topic_label(matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Option<Box<Words>> {
    let directory = context.directory;
    directory.topic_label(&ServiceItem::legal_aid(), &matter.topic)
}

/// Art. 42: the group whose means are not checked, and what shows that the applicant is of it.
fn exemption(
    matter: &Matter<LegalAidRules>,
    determine: &DetermineMeans,
    context: &Context<'_>,
) -> Result<Option<Exemption>, Rejection> {
    match determine.means {
        Means::Exempt => {}
        Means::NotTested | Means::SharedData | Means::Pledge | Means::AboveLine => {
            return Ok(None);
        }
    }
    let evidence = determine.evidence.as_deref().unwrap_or_default().trim();
    let (Some(group), false) = (determine.exempt_group, evidence.is_empty()) else {
        return Err(Rejection::ExemptionUnnamed {});
    };
    let of_workers = topic(matter, context).is_none_or(|topic| topic.exempts_migrant_workers);
    if group == ExemptGroup::MigrantWorker && !of_workers {
        return Err(Rejection::NotOfGroup {
            topic: matter.topic.clone(),
            topic_name: topic_label(matter, context),
        });
    }
    let evidence = evidence.to_owned();
    Ok(Some(Exemption { group, evidence }))
}

/// What the means were reckoned by, if the officer reckoned: all of it, by the line of the agency's place that day.
fn calculation(
    matter: &Matter<LegalAidRules>,
    determine: &DetermineMeans,
    context: &Context<'_>,
) -> Result<Option<MeansCalculation>, Rejection> {
    let (residence, household, income) =
        match (determine.residence, determine.household, determine.income) {
            (None, None, None) => return Ok(None),
            (Some(residence), Some(household @ 1..), Some(income)) => {
                (residence, household, income)
            }
            (_, _, _) => return Err(Rejection::CalculationIncomplete {}),
        };
    let line = line(matter, determine, residence, context)?;
    let year = line.base_amount.saturating_mul(line.base.periods_a_year());
    Ok(Some(MeansCalculation {
        residence,
        household,
        income,
        income_per_head: income / u64::from(household),
        line: year.saturating_mul(u64::from(line.percent)) / 100,
        place: line.place,
        base: line.base,
        base_amount: line.base_amount,
        percent: line.percent,
        source: line.source,
    }))
}

/// The line that a household is measured by.
struct Line {
    place: DivisionCode,
    base: MeansBase,
    base_amount: u64,
    percent: u32,
    source: String,
}

/// The line that the directory has of the place that day, with the amount that the officer names where it has none. Where it has no
/// line either, the officer names the amount that the line is, or is a part of, and where that is from.
fn line(
    matter: &Matter<LegalAidRules>,
    determine: &DetermineMeans,
    residence: Residence,
    context: &Context<'_>,
) -> Result<Line, Rejection> {
    let place = matter.division;
    let day = context.happened_at.china_date();
    let stated = determine.base_source.as_deref().unwrap_or_default().trim();
    let named = determine.base_amount.filter(|_| !stated.is_empty());
    let known = context.directory.means_line(place, residence, day);
    let (amount, source) = match (known, named) {
        (Some(line), None) => (line.amount, line.source.clone()),
        (Some(line), Some(named)) => match line.amount {
            Some(amount) => (Some(amount), line.source.clone()),
            None => (Some(named), format!("{}；{stated}", line.source)),
        },
        (None, named) => (named, stated.to_owned()),
    };
    let base_amount = amount.filter(|amount| *amount > 0);
    let base_amount = base_amount.ok_or(Rejection::NoMeansLine { place })?;
    let percent = match (known, determine.base_percent) {
        (Some(line), _) => line.percent,
        (None, None) => 100,
        (None, Some(0)) => return Err(Rejection::CalculationIncomplete {}),
        (None, Some(percent)) => percent,
    };
    Ok(Line {
        place: known.map_or(place, |line| line.place),
        base: known.map_or(MeansBase::usual(residence), |line| line.base),
        base_amount,
        percent,
        source,
    })
}

const fn contradicts(found: &MeansCalculation) -> Rejection {
    Rejection::CalculationContradicts {
        income: found.income_per_head,
        line: found.line,
    }
}
