//! How long things took.

use std::time::Duration;

/// Times in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct Latencies(Vec<f64>);

impl Latencies {
    pub fn add(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1_000.0);
    }

    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time within which this share of them was done; none of none.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        // The nearest rank: the smallest time that is not below this share.
        let rank = (sorted.len() as f64 * share).ceil() as usize;
        sorted.get(rank.max(1) - 1).copied()
    }

    /// p50, p99, p99.9, in a cell of the table.
    #[must_use]
    pub fn cell(&self) -> String {
        let at = |share: f64| {
            self.quantile(share)
                .map_or_else(|| "–".to_owned(), milliseconds)
        };
        format!("{} / {} / {} ms", at(0.5), at(0.99), at(0.999))
    }
}

/// A time in as many digits as mean something.
fn milliseconds(time: f64) -> String {
    match time {
        time if time < 10.0 => format!("{time:.2}"),
        time if time < 100.0 => format!("{time:.1}"),
        time => format!("{time:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_nearest_rank() {
        let mut times = Latencies::default();
        assert_eq!(times.quantile(0.5), None);
        for time in (1..=1_000).rev() {
            times.add(Duration::from_millis(time));
        }
        assert_eq!(times.quantile(0.5), Some(500.0));
        assert_eq!(times.quantile(0.99), Some(990.0));
        assert_eq!(times.quantile(0.999), Some(999.0));
        assert_eq!(times.quantile(1.0), Some(1_000.0));
        assert_eq!(times.cell(), "500 / 990 / 999 ms");
    }
}
