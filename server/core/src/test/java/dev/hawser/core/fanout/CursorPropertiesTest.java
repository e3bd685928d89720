package dev.hawser.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A follower of a log under any interleaving of appends, live deliveries, slow reads, re-bases and cuts. */
class CursorPropertiesTest {
    private static final int PAGE = 3;

    /** What may happen next. */
    enum Act { APPEND_ONE, APPEND_MANY, DELIVER, READ, ANSWER, REBASE_BACK, REBASE_HERE, TRIM }

    /** A log, the way of its appends to the follower, and the follower. */
    private static final class Scene {
        long first = 1;
        long last;
        final Deque<long[]> onTheWay = new ArrayDeque<>();
        Cursor cursor = new Cursor(0);
        long base;
        final List<Long> written = new ArrayList<>();
        boolean readDue = true;
        boolean readUnderWay;
        /** What the read under way has found: null for nothing. */
        long[] page;
        long firstThen;
        boolean pageTaken;
        boolean begun;
        int snapshots;

        void act(Act act) {
            switch (act) {
                case APPEND_ONE -> append(1);
                case APPEND_MANY -> append(4);
                case DELIVER -> deliver();
                case READ -> read();
                case ANSWER -> answer();
                case REBASE_BACK -> rebase(Math.max(first - 1, cursor.position() - 2 * PAGE));
                case REBASE_HERE -> rebase(Math.max(first - 1, cursor.position()));
                case TRIM -> trim();
            }
        }

        /** A follower is begun where its log still goes on, and reads before anything more is trimmed. */
        private void trim() {
            if (begun) {
                first = Math.min(last + 1, first + 2);
            }
        }

        private void append(int count) {
            onTheWay.add(new long[] {last + 1, last + count});
            last += count;
        }

        private void deliver() {
            long[] append = onTheWay.poll();
            if (append != null) {
                step(cursor.live(append[0], append[1]), append);
            }
        }

        /** The log is looked at; the answer is on its way. */
        private void read() {
            if (readDue && !readUnderWay) {
                readDue = false;
                readUnderWay = true;
                pageTaken = true;
                begun = true;
                firstThen = first;
                long from = Math.max(first, cursor.position() + 1);
                page = from > last ? null : new long[] {from, Math.min(last, from + PAGE - 1)};
            }
        }

        private void answer() {
            if (readUnderWay && pageTaken) {
                readUnderWay = false;
                pageTaken = false;
                step(page == null ? cursor.empty(firstThen) : cursor.page(page[0], page[1]), page);
            }
        }

        /** A new cursor: an answer that is still on its way is for nobody. */
        private void rebase(long after) {
            check();
            cursor = new Cursor(after);
            base = after;
            written.clear();
            readUnderWay = false;
            pageTaken = false;
            readDue = true;
            begun = false;
        }

        private void step(Cursor.Step step, long[] range) {
            switch (step) {
                case NONE -> { }
                case READ -> readDue = true;
                case WRITE -> write(range);
                case WRITE_AND_READ -> {
                    write(range);
                    readDue = true;
                }
                case LOST -> {
                    assertThat(cursor.position() + 1).as("only what was trimmed is lost").isLessThan(first);
                    snapshots++;
                    rebase(last);
                }
            }
        }

        private void write(long[] range) {
            for (long sequence = range[0] + cursor.skip(); sequence <= range[1]; sequence++) {
                written.add(sequence);
            }
        }

        private void check() {
            assertThat(written).containsExactlyElementsOf(
                    LongStream.rangeClosed(base + 1, base + written.size()).boxed().toList());
            assertThat(cursor.position()).isEqualTo(base + written.size());
        }

        void settle() {
            for (int i = 0; !onTheWay.isEmpty() || readDue || readUnderWay; i++) {
                act(i % 3 == 0 ? Act.DELIVER : i % 3 == 1 ? Act.READ : Act.ANSWER);
                assertThat(i).as("it comes to rest").isLessThan(10_000);
            }
        }
    }

    @Provide
    Arbitrary<List<Act>> withoutTrim() {
        return Arbitraries.of(Act.class).filter(act -> act != Act.TRIM).list().ofMaxSize(120);
    }

    @Provide
    Arbitrary<List<Act>> any() {
        return Arbitraries.of(Act.class).list().ofMaxSize(120);
    }

    @Property(tries = 5000)
    void everythingAfterTheBaseIsWrittenOnceInOrder(@ForAll("withoutTrim") List<Act> acts) {
        Scene scene = new Scene();
        for (Act act : acts) {
            scene.act(act);
            scene.check();
        }
        scene.settle();
        scene.check();
        assertThat(scene.cursor.position()).as("nothing is missing").isEqualTo(scene.last);
        assertThat(scene.cursor.live()).isTrue();
        assertThat(scene.snapshots).isZero();
    }

    @Property(tries = 5000)
    void whereEventsWereTrimmedTheFollowerIsToldAndGoesOnFromASnapshot(@ForAll("any") List<Act> acts) {
        Scene scene = new Scene();
        for (Act act : acts) {
            scene.act(act);
            scene.check();
        }
        scene.settle();
        scene.check();
        assertThat(scene.cursor.position()).isEqualTo(scene.last);
    }
}
