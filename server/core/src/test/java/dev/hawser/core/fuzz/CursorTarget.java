package dev.hawser.core.fuzz;

import dev.hawser.core.port.PageCursor;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The cursor of a page, as a client hands it back. */
public final class CursorTarget implements FuzzTarget {
    @Override
    public String name() {
        return "page-cursor";
    }

    @Override
    public List<byte[]> seeds() {
        return FuzzTarget.texts("1700000000000.c1", "-1.", ".", "", "9223372036854775807.a.b", "+1.x", "\u0661.x", "1");
    }

    @Override
    public void take(byte[] input) {
        PageCursor cursor;
        try {
            cursor = PageCursor.parse(new String(input, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return;
        }
        Holds.same(PageCursor.parse(cursor.text()), cursor, "written and read again");
        Holds.same(cursor.compareTo(cursor), 0, "order");
    }
}
