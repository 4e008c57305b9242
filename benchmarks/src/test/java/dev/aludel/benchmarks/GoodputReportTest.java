package dev.aludel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.benchmarks.Recovery.Window;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GoodputReportTest {
    private static final List<Window> WINDOWS = List.of(new Window(200, 100), new Window(200, 200));

    private static final GoodputReport REPORT = new GoodputReport(
                    "the command", new ServerFacts("18.6", "off", "off"), 950, Double.NaN, 1, Duration.ofSeconds(10))
            .with(new GoodputRun(
                    Contender.HIKARI_30S,
                    1,
                    List.of(
                            step("0.8", 760, 0, Double.NaN, 1.1),
                            step("10", 38, 0, Double.NaN, 7.5),
                            step("back to 0.8", 19, 0, Double.POSITIVE_INFINITY, 0.2)),
                    ""))
            .with(new GoodputRun(
                    Contender.ALUDEL_DEADLINES,
                    1,
                    List.of(
                            step("0.8", 760, 0, Double.NaN, 1.1),
                            step("10", 931, 70_000, Double.NaN, 1.2),
                            step("back to 0.8", 757, 20, 0.25, 0.2)),
                    ""))
            .with(new GoodputRun(Contender.AGROAL_500MS, 1, List.of(), "did not end"))
            .capacityAfter(948);

    private static StepResult step(String load, double goodput, double refused, double recovery, double lag) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            figures.put(figure, 2.0);
        }
        figures.put(Figure.OFFERED, 950 * Double.parseDouble(load.replace("back to ", "")));
        figures.put(Figure.GOODPUT, goodput);
        figures.put(Figure.ANSWER_P50, 8.26);
        figures.put(Figure.ANSWER_P99, 312.4);
        figures.put(Figure.REFUSED, refused);
        figures.put(Figure.REFUSED_IN_ALL, refused);
        figures.put(Figure.REFUSAL_P50, refused == 0 ? Double.NaN : 0.0025);
        figures.put(Figure.REFUSAL_P99, refused == 0 ? Double.NaN : 3.41);
        figures.put(Figure.LATE, 1.0);
        figures.put(Figure.WAITING, 3.0);
        figures.put(Figure.FAILED, 0.0);
        figures.put(Figure.MOST, 540.0);
        figures.put(Figure.CPU, 0.336);
        figures.put(Figure.TIMER_P99, 2.5);
        figures.put(Figure.LAG_LONGEST, 21.3);
        figures.put(Figure.LAG_P99, lag);
        figures.put(Figure.RECOVERY, recovery);
        return new StepResult(load, figures, WINDOWS);
    }

    @Test
    void the_page_tells_goodput_and_recovery_answers_and_refusals_and_what_the_generator_did() {
        assertThat(afterTheMachine(REPORT.text())).isEqualTo("""
                Server: PostgreSQL 18.6 on the same machine, fsync off, synchronous_commit off (the statement writes nothing)
                Capacity: 950/s in raw JDBC without a pool, 10 callers one statement after another (after all: 948/s)
                Load: Poisson arrivals and `select pg_sleep(?)`, exponential with a mean of 10 ms, seed 1
                Each load: 10 s, whose first tenth does not count, nor its last 600 ms, with retries 2100 ms
                An answer counts within 500 ms of when its request was due. One run, each contender in a JVM of its own.

                ## Without retries

                agroal-500ms did not end

                ### Goodput, % of the capacity

                | times the capacity | 0.8 | 10 | back to 0.8 |
                |---|---|---|---|
                | aludel-deadlines | 80 | 98 | 80 |
                | hikari-30s | 80 | 4 * | 2 |

                The generator was late by 7.5 ms with one request in a hundred in the worst step, and by 21 ms at the longest; `*`: more than 5 ms with one in a hundred.

                ### Back to normal, after the highest load

                | | from then on 95 % of each 250 ms |
                |---|---|
                | aludel-deadlines | after 0.25 s |
                | hikari-30s | not within 0.5 s |

                ### Answers, p50 / p99 in ms from when they were due

                | times the capacity | 0.8 | 10 | back to 0.8 |
                |---|---|---|---|
                | aludel-deadlines | 8.3 / 312 | 8.3 / 312 | 8.3 / 312 |
                | hikari-30s | 8.3 / 312 | 8.3 / 312 | 8.3 / 312 |

                ### Refused after, p50 / p99 in ms (a thread that only parks: late by, p99)

                | times the capacity | 0.8 | 10 | back to 0.8 |
                |---|---|---|---|
                | aludel-deadlines | - | 0.003 / 3.4 (2.5) | 0.003 / 3.4 (2.5) |
                | hikari-30s | - | - | - |

                ### Not answered in time: refused, too late, still waiting, failed

                | times the capacity | 0.8 | 10 | back to 0.8 |
                |---|---|---|---|
                | aludel-deadlines | 0, 1, 3, 0 | 70000, 1, 3, 0 | 20, 1, 3, 0 |
                | hikari-30s | 0, 1, 3, 0 | 0, 1, 3, 0 | 0, 1, 3, 0 |

                ### At once under way, at most

                | times the capacity | 0.8 | 10 | back to 0.8 |
                |---|---|---|---|
                | aludel-deadlines | 540 | 540 | 540 |
                | hikari-30s | 540 | 540 | 540 |

                ### CPU of the callers' JVM, cores

                | times the capacity | 0.8 | 10 | back to 0.8 |
                |---|---|---|---|
                | aludel-deadlines | 0.34 | 0.34 | 0.34 |
                | hikari-30s | 0.34 | 0.34 | 0.34 |

                Refused where no more than 0.8 of the capacity is asked, lead-in of each load included: aludel-deadlines 0, hikari-30s 0.

                ### The goals of aludel-deadlines

                | goal | measured |
                |---|---|
                | at 10 times the capacity 95 % of it or more | 98 % |
                | back to normal within 2 s | after 0.25 s |
                | refusals: p99 at most 10 ms over a bare timer's, at each load | 0.9 ms over it in the worst |
                | nobody refused at 0.8 and below | 0 |
                """);
    }

    private static String afterTheMachine(String page) {
        return page.substring(page.indexOf("Server: "));
    }

    @Test
    void who_was_refused_below_the_capacity_is_counted() {
        GoodputReport report = new GoodputReport(
                        "the command", new ServerFacts("18.6", "off", "off"), 950, 948, 1, Duration.ofMinutes(10))
                .with(new GoodputRun(
                        Contender.ALUDEL_DEADLINES,
                        1,
                        List.of(step("0.5", 475, 0, Double.NaN, 1), step("0.8", 757, 3, Double.NaN, 1)),
                        ""));

        assertThat(report.text())
                .doesNotContain("The goals") // what they ask for is not asked of it here
                .contains("lead-in of each load included: aludel-deadlines 3.");
    }

    @Test
    void retries_have_a_section_of_their_own() {
        GoodputReport report =
                REPORT.with(new GoodputRun(Contender.HIKARI_500MS, 4, List.of(step("2", 95, 9, Double.NaN, 1)), ""));

        String[] sections =
                report.text().split("\n## Clients try again: up to 3 times, at once, each time with 500 ms anew");
        assertThat(sections[0]).doesNotContain("hikari-500ms");
        assertThat(sections[1]).contains("| hikari-500ms | 10 |").contains("### Attempts for each request");
        assertThat(report.plots()).contains("Goodput, % of the capacity, with retries");
    }

    @Test
    void the_raw_results_have_a_line_for_each_step_and_one_for_who_failed() {
        assertThat(REPORT.raw().lines().filter(line -> !line.startsWith("#")))
                .hasSize(8)
                .allSatisfy(line -> assertThat(line).matches("(contender|[a-z]+-\\w+)\t(attempts|1)\t.*"))
                .anySatisfy(line -> assertThat(line).isEqualTo("agroal-500ms\t1\tdid not end\t"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("hikari-30s\t1\t\tback to 0.8\t")
                        .endsWith("\t100/200 200/200"));
        assertThat(REPORT.raw())
                .startsWith("# the command\n")
                .contains("# capacity 950.0/s, after all 948.0/s; seed 1");
    }

    @Test
    void the_plots_have_a_line_for_each_who_did_not_fail_and_the_recovery() {
        assertThat(REPORT.plots())
                .startsWith("<svg ")
                .contains("Goodput, % of the capacity", "Refused after, p99 in ms", "Back to normal")
                .contains(">aludel-deadlines<", ">hikari-30s: over<")
                .doesNotContain("agroal", "NaN", "Infinity");
    }
}
