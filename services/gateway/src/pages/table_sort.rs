//! Tables that are sorted by a press on the head of a column. A head is a button of the list's form, so that it keeps the
//! filters and works without a script: it sends `by`, and the form carries the order of before as `sort`. A leading `-`
//! means descending. The form's id is `filters`.

use std::cmp::Ordering;

use super::shell::Page;
use crate::core::address_use::AddressUse;

/// Declares the columns by which a table is sorted, each with its name in an address.
macro_rules! sort_columns {
    ($(#[$doc:meta])* $vis:vis enum $name:ident {
        $($(#[$column_doc:meta])* $column:ident = $text:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$column_doc])* $column,)*
        }

        impl $crate::pages::table_sort::SortColumn for $name {
            const ALL: &'static [Self] = &[$(Self::$column),*];

            fn as_str(self) -> &'static str {
                match self {
                    $(Self::$column => $text,)*
                }
            }
        }
    };
}

pub(super) use sort_columns;

/// A column by which a table can be sorted.
pub(super) trait SortColumn: Copy + Eq + 'static {
    /// All of them.
    const ALL: &'static [Self];

    /// As an address names it.
    fn as_str(self) -> &'static str;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

/// How a table is sorted: by a column, or as it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TableSort<C>(Option<(C, Direction)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadOf<C> {
    /// Of a column that sorts, with the id of its message.
    Sorted(C, &'static str),
    Plain(&'static str),
}

/// A head, as the page shows it.
pub(super) struct ColumnHead {
    pub(super) label: String,
    pub(super) sort: Option<HeadSort>,
}

/// What a head says and does.
pub(super) struct HeadSort {
    /// For `aria-sort`.
    pub(super) aria: &'static str,
    /// What a press asks for.
    pub(super) next: String,
    pub(super) arrow: &'static str,
}

impl<C> Default for TableSort<C> {
    fn default() -> Self {
        Self(None)
    }
}

impl<C: SortColumn> TableSort<C> {
    /// The order that was pressed, else that of before; what cannot be read sorts nothing, and the page says so.
    pub(super) fn read(by: &str, sort: &str, used: &AddressUse) -> Self {
        let (parameter, text) = match by {
            "" => ("sort", sort),
            by => ("by", by),
        };
        let (direction, name) = match text.strip_prefix('-') {
            Some(name) => (Direction::Descending, name),
            None => (Direction::Ascending, text),
        };
        let column = C::ALL.iter().find(|column| column.as_str() == name);
        if column.is_none() && !text.is_empty() {
            used.misread(parameter);
        }
        Self(column.map(|column| (*column, direction)))
    }

    pub(super) fn column(self) -> Option<C> {
        self.0.map(|(column, _)| column)
    }

    /// As an address carries it; empty as it comes.
    pub(super) fn code(self) -> String {
        self.0.map_or_else(String::new, |(column, direction)| {
            let sign = match direction {
                Direction::Ascending => "",
                Direction::Descending => "-",
            };
            format!("{sign}{}", column.as_str())
        })
    }

    /// Sorts rows; equal ones stay in their order.
    pub(super) fn apply<T>(self, rows: &mut [T], compare: impl Fn(C, &T, &T) -> Ordering) {
        let Some((column, direction)) = self.0 else {
            return;
        };
        rows.sort_by(|one, other| match direction {
            Direction::Ascending => compare(column, one, other),
            Direction::Descending => compare(column, other, one),
        });
    }

    pub(super) fn heads(self, page: &Page<'_>, heads: &[HeadOf<C>]) -> Vec<ColumnHead> {
        let head = |head: &HeadOf<C>| match head {
            HeadOf::Sorted(column, label) => ColumnHead {
                label: page.i18n.t(label),
                sort: Some(self.head_sort(*column)),
            },
            HeadOf::Plain(label) => ColumnHead {
                label: page.i18n.t(label),
                sort: None,
            },
        };
        heads.iter().map(head).collect()
    }

    fn head_sort(self, column: C) -> HeadSort {
        let direction = self.0.filter(|(by, _)| *by == column);
        let (aria, sign, arrow) = match direction.map(|(_, direction)| direction) {
            Some(Direction::Ascending) => ("ascending", "-", "▲"),
            Some(Direction::Descending) => ("descending", "", "▼"),
            None => ("none", "", ""),
        };
        HeadSort {
            aria,
            next: format!("{sign}{}", column.as_str()),
            arrow,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    sort_columns! {
        enum Column {
            Name = "name",
            Count = "count",
        }
    }

    fn sorted(by: &str, sort: &str) -> Vec<&'static str> {
        let mut rows = [("a", 10), ("c", 9), ("b", 10)];
        TableSort::<Column>::read(by, sort, &AddressUse::default()).apply(
            &mut rows,
            |column, one, other| match column {
                Column::Name => one.0.cmp(other.0),
                Column::Count => one.1.cmp(&other.1),
            },
        );
        rows.iter().map(|row| row.0).collect()
    }

    /// An order that no column has is said on the page.
    #[test]
    fn an_order_that_is_not_known_is_noted() {
        for (by, sort, noted) in [
            ("surname", "", vec!["by"]),
            ("", "-surname", vec!["sort"]),
            ("name", "surname", vec![]),
            ("", "", vec![]),
        ] {
            let used = AddressUse::default();
            used.know(&["by", "sort"]);
            let _sort = TableSort::<Column>::read(by, sort, &used);
            let query = format!("by={by}&sort={sort}");
            assert_eq!(used.left_over(&query), noted, "{query}");
        }
    }

    /// A list that can be saved can be sorted: by its heads, or by a field of its form.
    #[test]
    fn every_list_that_can_be_saved_can_be_sorted() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut lists = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let template = fs::read_to_string(&path).unwrap();
            if template.contains("page.most_rows()") && !template.contains("type=\"file\"") {
                let sorts = ["sort-heads.html", "name=\"order\""];
                let is_sorted = sorts.iter().any(|how| template.contains(how));
                assert!(is_sorted, "{}", path.display());
                lists += 1;
            }
        }
        assert!(lists > 5, "only {lists} lists");
    }

    #[test]
    fn a_press_sorts_by_its_column_and_a_second_one_the_other_way_round() {
        assert_eq!(sorted("", ""), ["a", "c", "b"]);
        assert_eq!(sorted("name", ""), ["a", "b", "c"]);
        assert_eq!(sorted("-name", "count"), ["c", "b", "a"]);
        // Numbers as numbers; equal ones as they were.
        assert_eq!(sorted("", "count"), ["c", "a", "b"]);
        assert_eq!(sorted("surname", "count"), ["a", "c", "b"]);
        let sort = TableSort::<Column>::read("name", "", &AddressUse::default());
        let head = sort.head_sort(Column::Name);
        assert_eq!((head.aria, head.next.as_str()), ("ascending", "-name"));
        let other = sort.head_sort(Column::Count);
        assert_eq!((other.aria, other.next.as_str()), ("none", "count"));
        let back = TableSort::<Column>::read(&head.next, &sort.code(), &AddressUse::default());
        assert_eq!(back.head_sort(Column::Name).next, "name");
        assert_eq!(back.code(), "-name");
    }
}
