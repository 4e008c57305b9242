package dev.aludel.pool;

import java.util.List;

/// Bugs that pools have had, and this one, each put into this pool's source. [MutantsTest] sees to it that the named test
/// catches each, and that `docs/pool-proof.md` lists them.
final class Mutants {
    /// In the order of their numbers.
    @SuppressWarnings("StringConcatToTextBlock") // to the source, each blank counts
    static final List<Mutant> ALL = List.of(
            new Mutant(
                    1,
                    "a caller that is interrupted at the moment of the hand-over leaves with the connection lost",
                    "HikariCP #791",
                    "Queueing",
                    "Thread.currentThread().isInterrupted() && line.leave(waiter)",
                    "Thread.currentThread().isInterrupted() | line.leave(waiter)",
                    "OrderOfServiceTest#a_return_that_meets_an_interrupt_loses_nothing"),
            new Mutant(
                    2,
                    "a caller whose time is up leaves although a slot was just handed to it",
                    "puddle 1.1.0",
                    "Waiter",
                    "return OUTCOME.compareAndSet(this, null, GONE);",
                    "outcome = GONE;\n"
                    + "        return true;",
                    "TwoAtOnceTest#who_leaves_while_a_slot_is_handed_over_has_it_or_the_line_has"),
            new Mutant(
                    3,
                    "a slot is handed to a caller that has left",
                    "Rails #48271",
                    "Waiter",
                    "return OUTCOME.compareAndSet(this, null, slot);",
                    "outcome = slot;\n"
                    + "        return true;",
                    "TwoAtOnceTest#who_leaves_while_a_slot_is_handed_over_has_it_or_the_line_has"),
            new Mutant(
                    4,
                    "newcomers stand before those who wait",
                    "HikariCP #1909",
                    "Queueing",
                    "line.join(waiter);",
                    "line.joinFirst(waiter);",
                    "OrderOfServiceTest#two_hundred_waiters_are_served_in_order_of_arrival"),
            new Mutant(
                    5,
                    "the youngest waiter is served first",
                    "HikariCP #2192",
                    "Line",
                    "for (Waiter oldest = queue.poll(); oldest != null; oldest = queue.poll()) {\n"
                    + "            if (oldest.grant(slot)) {",
                    "for (Waiter oldest = queue.pollLast(); oldest != null; oldest = queue.pollLast()) {\n"
                    + "            if (oldest.grant(slot)) {",
                    "OrderOfServiceTest#the_oldest_waiter_gets_what_comes_back"),
            new Mutant(
                    6,
                    "who joins does not look at what came free meanwhile, and who returns not at who joined: a timeout beside idle connections",
                    "HikariCP #1662, #1710",
                    "Line",
                    "} while (isAwaited() && slot.move(Slot.IDLE, Slot.LENT));",
                    "} while (false);",
                    "TwoAtOnceTest#who_joins_while_a_slot_is_handed_over_gets_it"),
            new Mutant(
                    7,
                    "two callers get the same idle slot",
                    "HikariCP #222",
                    "Slot",
                    "return state == from && STATE.compareAndSet(this, from, to);",
                    "if (state != from) {\n"
                    + "            return false;\n"
                    + "        }\n"
                    + "        state = to;\n"
                    + "        return true;",
                    "TwoAtOnceTest#two_who_want_the_last_idle_slot_do_not_both_get_it"),
            new Mutant(
                    8,
                    "a slot that becomes empty opens nothing for those who wait",
                    "HikariCP #452",
                    "QueuePool",
                    "lending.changed();\n"
                    + "        growth.grow();",
                    "lending.changed();",
                    "GrowthTest#replaces_an_invalidated_connection_for_those_who_wait"),
            new Mutant(
                    9,
                    "one connect that hangs stops all others",
                    "HikariCP #2274, #754",
                    "Attempt",
                    "pool.overdue(this);",
                    "",
                    "AHangingConnectTest#has_another_tried_beside_it_after_a_second"),
            new Mutant(
                    10,
                    "a hanging connect keeps its thread and its socket",
                    "pgjdbc before ConnectTask",
                    "Attempt",
                    "thread.interrupt();",
                    "",
                    "AHangingConnectTest#has_its_thread_interrupted"),
            new Mutant(
                    11,
                    "a connection that comes too late is left open",
                    "HikariCP #2161",
                    "Attempt",
                    "physical.discard(fresh.connection());",
                    "",
                    "AHangingConnectTest#of_a_deaf_driver_has_its_connection_closed_when_it_comes_after_all"),
            new Mutant(
                    12,
                    "a failed connect keeps its slot",
                    "puddle 1.1.3",
                    "QueuePool",
                    "vacate(attempt.slot);",
                    "",
                    "AFailedConnectTest#never_costs_capacity"),
            new Mutant(
                    13,
                    "a connect that throws something else than an SQLException keeps its slot",
                    "Rails #20114",
                    "Attempt",
                    "} catch (Throwable e) { // a driver may throw anything; the slot must come back whatever it is",
                    "} catch (java.sql.SQLException e) {",
                    "AFailedConnectTest#of_a_source_that_throws_something_else_keeps_it_as_the_cause"),
            new Mutant(
                    14,
                    "a failed attempt counts as under way for ever",
                    "agroal #214",
                    "Growth",
                    "if (attempt.stopCounting()) {",
                    "if (false) {",
                    "GrowthTest#counts_a_failed_attempt_for_nothing"),
            new Mutant(
                    15,
                    "those who wait are failed although there are connections to wait for",
                    "HikariCP #405",
                    "QueuePool",
                    "if (line.count(Slot.LENT) == 0) {",
                    "if (true) {",
                    "AFailedConnectTest#lets_a_caller_wait_on_if_there_are_connections_to_wait_for"),
            new Mutant(
                    16,
                    "a database that is down is asked again without a pause, or never",
                    "HikariCP #907",
                    "Growth",
                    "pausing.set(false);",
                    "",
                    "AFailedConnectTest#is_tried_again_later_and_ever_less_often"),
            new Mutant(
                    17,
                    "more connections than the limit after it was lowered",
                    "puddle 2.2.1",
                    "Line",
                    "return slot.index >= capacity.total();",
                    "return false;",
                    "ResizeTest#to_fewer_closes_idle_connections_that_are_too_many"),
            new Mutant(
                    18,
                    "lent connections beyond a lowered limit stay when they come back",
                    "puddle 2.2.1",
                    "QueuePool",
                    "return lending.isOpen() && !line.isBeyond(slot);",
                    "return lending.isOpen();",
                    "ResizeTest#to_fewer_lets_lent_ones_finish_and_closes_them_then"),
            new Mutant(
                    19,
                    "a connection that is opened while the pool closes stays open",
                    "puddle 2.0.1",
                    "QueuePool",
                    "return lending.isOpen() && !line.isBeyond(slot);",
                    "return !line.isBeyond(slot);",
                    "ClosingAPoolTest#while_a_connection_is_being_opened_closes_it_when_it_comes"),
            new Mutant(
                    20,
                    "closing a pool leaves its callers waiting",
                    "puddle 2.0.1",
                    "QueuePool",
                    "queueing.failAll();",
                    "",
                    "ClosingAPoolTest#fails_all_who_wait_each_with_an_error_of_its_own"),
            new Mutant(
                    21,
                    "closing a pool leaves lent connections uncut",
                    "HikariCP #742",
                    "QueuePool",
                    "scheduling.execute(() -> physical.abort(slot.text, loan.driver()));",
                    "",
                    "ClosingAPoolTest#cuts_what_did_not_come_back_in_time"),
            new Mutant(
                    22,
                    "a second close checks in for the next borrower",
                    "reliability F29",
                    "Loan",
                    "if (!open || !OPEN.compareAndSet(this, true, false)) {\n"
                    + "            return false;\n"
                    + "        }",
                    "open = false;",
                    "AStaleHandleTest#may_be_closed_again_and_does_not_check_in_for_the_next_borrower"),
            new Mutant(
                    23,
                    "a stale connection reaches the next borrower",
                    "Go CVE-2025-47907",
                    "Loan",
                    "if (!open) {\n"
                    + "            throw over();\n"
                    + "        }",
                    "",
                    "AStaleHandleTest#says_so_whatever_is_called_on_it_and_leaves_the_next_borrower_alone"),
            new Mutant(
                    24,
                    "a connection that is known to be broken is lent again",
                    "redis-py CVE-2023-28858",
                    "QueuePool",
                    "boolean keep = !loan.isBroken() && physical.reset(slot, loan) && !loan.isBroken();",
                    "boolean keep = loan.isBroken() || physical.reset(slot, loan);",
                    "InvalidationTest#of_a_lent_connection_closes_it_at_check_in_and_opens_another_for_the_next"),
            new Mutant(
                    25,
                    "a connection whose reset failed is lent again",
                    "Rails #57953",
                    "Physical",
                    "events.flight.invalidated(slot.text, e);\n"
                    + "            return false;",
                    "events.flight.invalidated(slot.text, e);\n"
                    + "            return true;",
                    "ResetAtCheckInTest#that_throws_closes_the_connection_and_frees_the_slot"),
            new Mutant(
                    26,
                    "what the last borrower did not commit is the next one's",
                    "HikariCP #1842",
                    "Physical",
                    "connection.rollback();",
                    "",
                    "ResetAtCheckInTest#rolls_an_open_transaction_back"),
            new Mutant(
                    27,
                    "a transaction that metadata or a savepoint began is left open",
                    "this project's own",
                    "Loan",
                    "talked = talked || !autoCommit;",
                    "talked = talked || (sql != null && !autoCommit);",
                    "TimeInTheDriverTest#knows_whether_a_transaction_is_open"),
            new Mutant(
                    28,
                    "what setters changed is the next borrower's",
                    "ebean-datasource #116",
                    "Physical",
                    "loan.restoreState();",
                    "",
                    "StateAfterALoanTest#is_what_it_was_before_whatever_setter_was_used"),
            new Mutant(
                    29,
                    "statements left open stay open",
                    "reliability F30",
                    "Physical",
                    "loan.closeStatements();",
                    "",
                    "OpenStatementsTest#are_closed_at_check_in_once_each"),
            new Mutant(
                    30,
                    "a connection whose driver object was unwrapped is lent again",
                    "reliability F43",
                    "Physical",
                    "if (loan.isTainted() || !restoreSession(slot, loan)) {",
                    "if (!restoreSession(slot, loan)) {",
                    "UnwrappingTest#of_the_drivers_connection_takes_it_out_of_the_pool_at_check_in"),
            new Mutant(
                    31,
                    "a connection that was opened with old credentials slips in after an invalidation",
                    "HikariCP #1836",
                    "Physical",
                    "opened.incrementAndGet(), since.generation(), expiry(now)",
                    "opened.incrementAndGet(), generation.get(), expiry(now)",
                    "InvalidationTest#of_the_pool_reaches_what_is_being_opened"),
            new Mutant(
                    32,
                    "after one connection was found dead the others are lent unchecked",
                    "HikariCP #1924",
                    "Physical",
                    "        alarm();\n"
                    + "        return false;",
                    "        return false;",
                    "PrePingTest#goes_to_every_other_connection_after_one_was_found_dead"),
            new Mutant(
                    33,
                    "a check begins the timeout again",
                    "HikariCP #588",
                    "QueuePool",
                    "queueing.refresh(slot, new Waiter(account, began, deadline), now)",
                    "queueing.refresh(slot, new Waiter(account, began, now + config.timeout()), now)",
                    "CheckoutTimeoutTest#is_one_deadline_over_queueing_and_checking"),
            new Mutant(
                    34,
                    "a check that hangs is waited for without end",
                    "HikariCP #867",
                    "Attempt",
                    "if (!isSettledWithin(limit) && settle()) {",
                    "if (old == null && !isSettledWithin(limit) && settle()) {",
                    "AHangingConnectTest#of_a_check_is_given_up_as_well"),
            new Mutant(
                    35,
                    "the maximum lifetime is ignored while a connection is idle",
                    "db_connection 2.10.1",
                    "Upkeep",
                    "} else if (unused <= 0 || alive <= 0) {",
                    "} else if (unused <= 0) {",
                    "UpkeepTest#closes_an_idle_connection_at_the_end_of_its_life"),
            new Mutant(
                    36,
                    "the pool never shrinks",
                    "HikariCP #2417",
                    "Upkeep",
                    "if (lasting && (config.idleTimeout() == 0 ||",
                    "if (!lasting || (config.idleTimeout() == 0 ||",
                    "GrowthTest#keeps_overflow_for_thirty_seconds_by_default"),
            new Mutant(
                    37,
                    "the pool shrinks below what shall be ready",
                    "HikariCP #1128",
                    "Upkeep",
                    "line.count(Slot.IDLE) <= config.minIdle())",
                    "line.count(Slot.IDLE) < config.minIdle())",
                    "UpkeepTest#closes_what_was_unused_for_the_idle_timeout_but_for_those_that_shall_be_ready"),
            new Mutant(
                    38,
                    "a suspended pool opens connections",
                    "HikariCP #2025",
                    "Upkeep",
                    "if (config.minIdle() > 0 && pool.isOpen()) {",
                    "if (config.minIdle() > 0) {",
                    "SuspendedPoolTest#opens_none_that_shall_be_ready_before_it_is_resumed"),
            new Mutant(
                    39,
                    "a resumed pool forgets who waits",
                    "HikariCP #2082",
                    "QueuePool",
                    "            log.info(\"Pool '{}' resumed\", name());\n"
                    + "            growth.grow();",
                    "            log.info(\"Pool '{}' resumed\", name());",
                    "SuspendedPoolTest#lets_callers_wait_until_it_is_resumed"),
            new Mutant(
                    40,
                    "a listener that throws loses a connection",
                    "this project's own",
                    "Events",
                    "} catch (Throwable e) { // whatever it throws, a connection on its way must not be lost",
                    "} catch (IllegalCallerException e) {",
                    "PoolListenerTest#that_throws_changes_nothing"),
            new Mutant(
                    41,
                    "time that passes Long.MAX_VALUE stops all waits",
                    "this project's own",
                    "Scheduling",
                    "ticker = () -> given.getAsLong() - beforeFirst;",
                    "ticker = () -> Math.abs(given.getAsLong());",
                    "CheckoutTimeoutTest#is_right_where_nanoseconds_wrap_around"),
            new Mutant(
                    42,
                    "a connection that just passed its check is checked again, without end",
                    "this project's own",
                    "Slot",
                    "isProven = true;",
                    "isProven = false;",
                    "PrePingTest#is_sent_once_for_one_checkout_however_long_it_was_idle"),
            new Mutant(
                    43,
                    "who is about to stand first is counted too late, and somebody else waits beside an idle connection",
                    "this project's own",
                    "Line",
                    "waiting.incrementAndGet();\n"
                    + "        queue.addFirst(waiter);",
                    "queue.addFirst(waiter);\n"
                    + "        waiting.incrementAndGet();",
                    "TwoAtOnceTest#who_stands_first_makes_nobody_wait_beside_an_idle_slot"));

    private Mutants() {}
}
