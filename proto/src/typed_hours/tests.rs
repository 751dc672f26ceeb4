use super::*;

fn hours(text: &str) -> Option<Vec<String>> {
    let typed = read(text)?;
    Some(typed.hours.iter().map(ToString::to_string).collect())
}

fn days(text: &str) -> Vec<&'static str> {
    let typed = read(text).unwrap();
    typed.weekdays.iter().map(|day| day.as_str()).collect()
}

#[test]
fn hours_are_read_as_people_type_them() {
    for (typed, read) in [
        (
            "9:00-12:00 14:00-17:30",
            &["09:00–12:00", "14:00–17:30"][..],
        ),
        ("09:00-12:00，14:00-17:00", &["09:00–12:00", "14:00–17:00"]),
        ("上午9点到12点", &["09:00–12:00"]),
        (
            "上午九点至十二点、下午两点半到五点三刻",
            &["09:00–12:00", "14:30–17:45"],
        ),
        ("９：００～１２：００", &["09:00–12:00"]),
        ("9—17点", &["09:00–17:00"]),
        ("9时-17时30分", &["09:00–17:30"]),
        ("0830-1130 1430-1730", &["08:30–11:30", "14:30–17:30"]),
        ("中午12点到下午2点", &["12:00–14:00"]),
        ("上午9点到17点", &["09:00–17:00"]),
        ("上午9:00至下午5:00", &["09:00–17:00"]),
        ("下午2点-5点", &["14:00–17:00"]),
        ("02:00-04:00", &["02:00–04:00"]),
    ] {
        let read: Vec<String> = read.iter().map(|one| (*one).to_owned()).collect();
        assert_eq!(hours(typed), Some(read), "{typed}");
    }
}

#[test]
fn days_of_the_week_are_read_before_hours() {
    let ordinary = ["mon", "tue", "wed", "thu", "fri"];
    for typed in [
        "周一至周五 9—17点",
        "星期一到五：9:00-17:00",
        "工作日9点-17点",
    ] {
        assert_eq!(days(typed), ordinary, "{typed}");
        assert_eq!(
            hours(typed),
            Some(vec!["09:00–17:00".to_owned()]),
            "{typed}"
        );
    }
    assert_eq!(days("周一、三、五 上午九点到十二点"), ["mon", "wed", "fri"]);
    assert_eq!(days("周六、周日 9-12"), ["sat", "sun"]);
    assert_eq!(days("周六至周一 9-12"), ["mon", "sat", "sun"]);
    assert_eq!(days("每天 9-12").len(), 7);
    assert_eq!(days("九点到十二点"), Vec::<&str>::new());
}

#[test]
fn what_is_no_hours_or_could_mean_two_things_is_not_read() {
    for typed in [
        "",
        "看情况",
        "9点",
        "12:00-9:00",
        "9:00-25:00",
        "9:0-12:00",
        "9:75-12:00",
        "上午14点-15点",
        // Two in the morning, or in the afternoon?
        "9:00-12:00 2:00-5:30",
        "周一至 9-12",
        "周一至周五",
        "周一 9-12 周二 14-17",
        "9:00-12:00 除节假日",
    ] {
        assert_eq!(read(typed), None, "{typed}");
    }
}
