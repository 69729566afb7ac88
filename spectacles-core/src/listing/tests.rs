//! Reading, and what comes of it.

use super::*;
use crate::model::Group;
use proptest::prelude::*;

fn read<F: Field>(filters: &[&str]) -> Result<Listing<F>, ListingError> {
    Listing::read(Given { filters, ..Given::default() })
}

fn refused(filter: &str) -> String {
    let error = read::<UserField>(&[filter]).unwrap_err();
    assert_eq!(error.parameter, "filter");
    error.message
}

fn group(id: i64, name: &str, description: &str, created: i64) -> Group {
    let (created, updated) = (Timestamp::from_unix_millis(created), Timestamp::from_unix_millis(created));
    Group {
        id: crate::id::GroupId::new(id),
        name: name.parse().unwrap(),
        slug: None,
        description: description.to_owned(),
        created,
        updated,
    }
}

const NOW: Timestamp = Timestamp::from_unix_millis(1_767_323_045_000);

/// Which of these descriptions pass.
fn passing<'a>(filter: &str, texts: &[&'a str]) -> Vec<&'a str> {
    let listing = read::<GroupField>(&[filter]).unwrap_or_else(|error| panic!("{error}"));
    let query = listing.query(NOW, None);
    texts.iter().copied().filter(|text| query.admits(&group(1, "devs", text, 0))).collect()
}

#[test]
fn filters_mean_what_they_say() {
    let texts = ["", "a", "A", "ab", "b", "a%", "a&b", "x a b y", "empty", "say \"hi\"", "a\\b", " a"];
    for (filter, wanted) in [
        ("description a", &["a"][..]),
        ("description   a  ", &["a"]),
        ("description=a", &["a"]),
        ("description = a", &["a"]),
        ("description !a", &["", "A", "ab", "b", "a%", "a&b", "x a b y", "empty", "say \"hi\"", "a\\b", " a"]),
        ("description a%", &["a", "ab", "a%", "a&b", "a\\b"]),
        ("description %b", &["ab", "b", "a&b", "a\\b"]),
        ("description %a%b%", &["ab", "a&b", "x a b y", "a\\b"]),
        ("description %", &texts),
        ("description !%", &[]),
        ("description =a%", &["a%"]),
        ("description \"a%\"", &["a%"]),
        ("description \"a\"%", &["a", "ab", "a%", "a&b", "a\\b"]),
        ("description \"a&b\"", &["a&b"]),
        ("description a\"&\"b", &["a&b"]),
        ("description \" a\"", &[" a"]),
        ("description x a b y", &["x a b y"]),
        ("description empty", &[""]),
        ("description \"\"", &[""]),
        ("description \"empty\"", &["empty"]),
        ("description =empty", &["empty"]),
        ("description !empty&<B", &["A", "say \"hi\"", " a"][..1]),
        ("description \"say \\\"hi\\\"\"", &["say \"hi\""]),
        ("description \"a\\\\b\"", &["a\\b"]),
        ("description (a, b ,\"a&b\")", &["a", "b", "a&b"]),
        ("description (empty,A%)", &["", "A"]),
        ("description !(a,%a%,empty)", &["A", "b", "empty", "say \"hi\""][..2]),
        ("description >a&<b", &["ab", "a%", "a&b", "a\\b"]),
        ("description >=a&<=b", &["a", "ab", "b", "a%", "a&b", "a\\b"]),
        ("description a|b|A", &["a", "A", "b"]),
        ("description !>A", &["", "A", " a"]),
    ] {
        let found = passing(filter, &texts);
        // Those two are also in many of the answers, and make the table no clearer.
        let without = |list: &[&'static str]| -> Vec<&'static str> {
            list.iter().copied().filter(|text| !["empty", "say \"hi\"", " a"].contains(text) || wanted.contains(text)).collect()
        };
        assert_eq!(without(&found), wanted, "{filter}");
    }
}

#[test]
fn moments_are_absolute_or_from_now() {
    let at = |filter: &str, millis: i64| {
        let listing = read::<GroupField>(&[filter]).unwrap_or_else(|error| panic!("{error}"));
        listing.query(NOW, None).admits(&group(1, "devs", "", NOW.unix_millis() + millis))
    };
    for (filter, millis, wanted) in [
        ("created >-2d", -172_800_000, false),
        ("created >-2d", -172_799_999, true),
        ("created >-2d&<-1h", -3_600_000, false),
        ("created >-2d&<-1h", -3_600_001, true),
        ("created <=+3w", 1_814_400_000, true),
        ("created <=+3w", 1_814_400_001, false),
        ("created >=-90s|<-5m", -100_000, false),
        ("created =2026-01-02T03:04:05Z", 0, true),
        ("created 2026-01-02T04:04:05+01:00", 0, true),
        ("created >2026-01-02T03:04:05.001Z", 1, false),
        ("created (2026-01-02T03:04:05Z,-1m)", -60_000, true),
        ("created >-9000000w", i64::MIN / 2, false),
    ] {
        assert_eq!(at(filter, millis), wanted, "{filter} {millis}");
    }
}

#[test]
fn words_numbers_and_booleans_are_read() {
    for good in ["enabled true", "enabled !false", "enabled (true,false)", "id >5&<=9223372036854775807", "id !(1,2,-3)"] {
        read::<UserField>(&[good]).unwrap_or_else(|error| panic!("{error}"));
    }
    for good in ["members_right read", "others_right !(NONE,Full)"] {
        read::<NamespaceField>(&[good]).unwrap_or_else(|error| panic!("{error}"));
    }
    assert!(read::<DecisionField>(&["outcome (granted,reduced)"]).is_ok());
    let error = read::<DecisionField>(&["outcome denied"]).unwrap_err();
    assert!(error.message.contains("granted, reduced, refused, lost"), "{error}");
}

#[test]
fn what_makes_no_sense_is_told_with_its_place_and_what_is_possible() {
    for (filter, told) in [
        ("", "at character 1: there is no field `` of users; there are id, name, display_name"),
        ("nam a", "there is no field `nam` of users; there are id, name, display_name, email"),
        ("password %", "there is no field `password`"),
        ("name", "at character 5: a value is missing"),
        ("name   ", "a value is missing"),
        ("name &a", "at character 6: a value is missing"),
        ("name a&", "at character 8: a value is missing"),
        ("name a||b", "a value is missing"),
        ("name !", "a value is missing"),
        ("name >", "a value is missing"),
        ("name ()", "a value is missing"),
        ("name (a,)", "a value is missing"),
        ("name (a", "at character 8: `)` is missing"),
        ("name (a)b", "at character 9: `&`, `|` or the end belongs here"),
        ("name a&b|c", "at character 9: `&` and `|` in one filter are not clear"),
        ("name !!a", "at character 7: what begins with `!`"),
        ("name >>a", "is put in quotes"),
        ("name (a,(b))", "is put in quotes"),
        ("name \"a", "the closing `\"` is missing"),
        ("name \"a\\n\"", "in quotes, `\\` stands before `\"` or `\\`"),
        ("name a\0b", "control characters"),
        ("enabled yes", "`yes` is not `true` or `false`, as `enabled` is"),
        ("enabled >true", "`enabled` is true or false, of which none is less"),
        ("enabled empty", "`enabled` is true or false, and never empty"),
        ("enabled t%", "`%` is for text, and `enabled` is true or false"),
        ("id one", "`one` is not a whole number, as `id` is"),
        ("id 9223372036854775808", "is not a whole number"),
        ("created yesterday", "`yesterday` is no moment: write it like 2027-01-31T12:00:00Z, or from now like -2d (s, m, h, d or w)"),
        ("created >-2", "`-2` is no moment"),
        ("created >-d", "`-d` is no moment"),
        ("created >--2d", "`--2d` is no moment"),
        ("created >-2.5d", "`-2.5d` is no moment"),
        ("created >-99999999999999999999d", "is no moment"),
        ("created >-9223372036854775807w", "is no moment"),
        ("created >-2ä", "is no moment"),
    ] {
        let message = refused(filter);
        assert!(message.contains(told), "{filter}: {message}");
        assert!(message.len() < 1_000, "{message}");
    }
}

#[test]
fn what_is_asked_has_bounds() {
    assert!(refused(&format!("name {}", "a".repeat(10_000))).contains("longer than 8192 bytes"));
    assert!(refused(&format!("name {}a", "a|".repeat(32))).contains("more than 32 tests"));
    assert!(refused(&format!("name ({}a)", "a,".repeat(512))).contains("more than 512 values"));
    assert!(refused(&format!("name {}", "a%".repeat(17))).contains("more than 16 wildcards"));
    assert!(refused(&format!("name {}", "!".repeat(5_000))).len() < 1_000);
    assert!(refused(&format!("name {}", "(".repeat(5_000))).len() < 1_000);
    let many = vec!["name a"; 17];
    assert!(read::<UserField>(&many).unwrap_err().message.contains("at most 16"));
    read::<UserField>(&[format!("name {}", "!a|".repeat(31)).trim_end_matches('|')]).unwrap();
}

#[test]
fn orders_are_total() {
    let keys = |order: &str| {
        let listing =
            Listing::<UserField>::read(Given { order: Some(order), ..Given::default() }).unwrap_or_else(|error| panic!("{error}"));
        let shown = listing.order.iter().map(|key| format!("{}{}", if key.descending { "-" } else { "" }, key.field.name()));
        shown.collect::<Vec<_>>().join(",")
    };
    for (order, wanted) in [
        ("", "name"),
        ("name", "name"),
        ("-name,created", "-name"),
        ("created", "created,id"),
        ("-created", "-created,-id"),
        ("-created, email", "-created,email,id"),
        ("email,id,name", "email,id"),
    ] {
        assert_eq!(keys(order), wanted, "{order}");
    }
    for (order, told) in [
        ("nam", "users cannot be ordered by `nam`, but by id, name, display_name, email, created, updated"),
        ("enabled", "cannot be ordered by `enabled`"),
        ("name,", "cannot be ordered by ``"),
        ("--name", "cannot be ordered by `-name`"),
        ("created,-created", "`created` is there twice"),
    ] {
        let error = Listing::<UserField>::read(Given { order: Some(order), ..Given::default() }).unwrap_err();
        assert!(error.parameter == "order" && error.message.contains(told), "{error}");
    }
}

/// What is said where nothing is said can be read, and everything has a name of its own.
fn fields_are_sound<F: Field>() {
    assert_eq!(order::read::<F>(F::ORDER), Ok(order::usual::<F>()));
    assert_eq!(Listing::<F>::read(Given::default()), Ok(Listing::default()));
    assert!(F::ID.is_unique() && F::ID.name() == "id");
    let names: std::collections::BTreeSet<_> = F::ALL.iter().map(|field| field.name()).collect();
    assert_eq!(names.len(), F::ALL.len());
    assert!(F::ALL.iter().all(|field| field.can_order() || !field.is_unique()));
}

#[test]
fn fields_of_everything_are_sound() {
    fields_are_sound::<UserField>();
    fields_are_sound::<GroupField>();
    fields_are_sound::<AppField>();
    fields_are_sound::<ServiceField>();
    fields_are_sound::<RegistryField>();
    fields_are_sound::<NamespaceField>();
    fields_are_sound::<AuditField>();
    fields_are_sound::<DecisionField>();
}

#[test]
fn limits_and_offsets_are_numbers_in_bounds() {
    let read = |limit, offset, after| Listing::<UserField>::read(Given { limit, offset, after, ..Given::default() });
    assert_eq!(read(Some("1000"), None, None).unwrap().limit(), 1_000);
    assert_eq!(read(Some("0"), Some("7"), None).unwrap().query(NOW, None).limit, 100_001);
    for (limit, offset, parameter) in [
        ("1001", "0", "limit"),
        ("-1", "0", "limit"),
        ("", "0", "limit"),
        ("ten", "0", "limit"),
        ("1", "-1", "offset"),
        ("1", "99999999999", "offset"),
    ] {
        assert_eq!(read(Some(limit), Some(offset), None).unwrap_err().parameter, parameter, "{limit} {offset}");
    }
    let page = first_page();
    let error = read(None, Some("0"), page.next.as_ref().map(Cursor::as_str)).unwrap_err();
    assert_eq!((error.parameter, error.message.contains("both")), ("after", false), "a cursor of groups is none of users: {error}");
    let next = page.next.as_ref().map(Cursor::as_str);
    let error = Listing::<GroupField>::read(Given { offset: Some("0"), after: next, ..Given::default() }).unwrap_err();
    assert!(error.parameter == "offset" && error.message.contains("both"), "{error}");
}

/// One of two groups, by name.
fn first_page() -> Page<Group> {
    let listing = Listing::<GroupField>::read(Given { limit: Some("1"), ..Given::default() }).unwrap();
    let all = [group(1, "b", "", 0), group(2, "a", "", 0)];
    let page = listing.cut(listing.query(NOW, None).select(all.into_iter())).unwrap();
    assert_eq!(page.items[0].name.as_str(), "a");
    page
}

#[test]
fn a_cursor_belongs_to_one_list() {
    let cursor = first_page().next.unwrap();
    let read = |filters: &[&str], order, after: &str| {
        Listing::<GroupField>::read(Given { filters, order, after: Some(after), limit: Some("1"), ..Given::default() })
    };
    let listing = read(&[], None, cursor.as_str()).unwrap();
    let all = [group(1, "b", "", 0), group(2, "a", "", 0)];
    let page = listing.cut(listing.query(NOW, None).select(all.into_iter())).unwrap();
    assert_eq!((page.items[0].name.as_str(), page.next), ("b", None));
    assert!(read(&[], Some("name"), cursor.as_str()).is_ok(), "it is the usual order");
    for (filters, order) in [(&[][..], Some("-name")), (&[], Some("created")), (&["name %"], None)] {
        let error = read(filters, order, cursor.as_str()).unwrap_err();
        assert!(error.parameter == "after" && error.message.contains("another list"), "{error}");
    }
    let forged = |text: &str| {
        use base64::Engine as _;
        let mark = serde_json::to_string(&listing.mark.0).unwrap();
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text.replace("MARK", &mark))
    };
    for junk in [
        "",
        "!",
        "ä",
        "AAAA",
        &"A".repeat(100_000),
        &cursor.as_str()[1..],
        &forged("{}"),
        &forged("{\"m\":MARK}"),
        &forged("{\"m\":MARK,\"k\":[]}"),
        &forged("{\"m\":MARK,\"k\":[1]}"),
        &forged("{\"m\":MARK,\"k\":[\"a\",\"b\"]}"),
        &forged("{\"m\":MARK,\"k\":[null]}"),
        &forged("{\"m\":MARK,\"k\":[1.5]}"),
        &forged("{\"m\":MARK,\"k\":[\"a\\u0000\"]}"),
        &forged("[[[[[[[["),
    ] {
        let error = read(&[], None, junk).unwrap_err();
        assert!(error.parameter == "after" && error.message.contains("no cursor"), "{junk}: {error}");
    }
    assert!(read(&[], None, &forged("{\"m\":MARK,\"k\":[\"a\"]}")).is_ok(), "what is forged well says nothing but where to begin");
}

#[test]
fn too_many_at_once_are_refused() {
    let listing = Listing::<GroupField>::read(Given { limit: Some("0"), ..Given::default() }).unwrap();
    assert_eq!(listing.cut(vec![group(1, "a", "", 0); 100_000]).unwrap().items.len(), 100_000);
    let error = listing.cut(vec![group(1, "a", "", 0); 100_001]).unwrap_err();
    assert!(error.parameter == "limit" && error.message.contains("more than 100000 groups: ask for pages"), "{error}");
}

/// A pattern, tried in the most stupid way.
fn fits(pieces: &[String], text: &str) -> bool {
    match pieces {
        [] => false,
        [last] => last == text,
        [first, rest @ ..] => text
            .strip_prefix(first.as_str())
            .is_some_and(|text| (0..=text.len()).filter_map(|place| text.get(place..)).any(|text| fits(rest, text))),
    }
}

proptest! {
    #[test]
    fn patterns_fit_where_trying_everything_does(pieces in prop::collection::vec("[ab]{0,2}", 2..5), text in "[ab]{0,8}") {
        prop_assert_eq!(Pattern(pieces.clone()).fits(&text), fits(&pieces, &text));
    }

    #[test]
    fn nothing_that_is_typed_is_more_than_refused(filter in "(name|id|created|enabled) ?[!<>=(),|&%\"\\\\a1 -]{0,12}", any in ".{0,40}") {
        for filter in [&filter, &any] {
            if let Ok(listing) = read::<UserField>(&[filter]) {
                prop_assert!(listing.filters[0].tests.len() <= 32);
            }
        }
        let given = Given { order: Some(&any), after: Some(&filter), limit: Some(&any), offset: Some(&any), ..Given::default() };
        prop_assert!(Listing::<UserField>::read(given).is_err());
    }
}
