package dev.hawser.gateway.e2e.refusals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * A request over HTTP that is to be refused.
 *
 * @param name    what is wrong with it
 * @param bytes   all of it, as it goes over the wire
 * @param allowed the statuses that are right
 */
record BadRequest(String name, byte[] bytes, Set<Integer> allowed) {

    /** @param head lines with {@code \n} in place of CR LF, complete */
    static BadRequest of(String name, String head, Integer... allowed) {
        return of(name, head, new byte[0], allowed);
    }

    static BadRequest of(String name, String head, byte[] body, Integer... allowed) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
        all.writeBytes(body);
        return new BadRequest(name, all.toByteArray(), Set.of(allowed));
    }

    @Override
    public String toString() {
        return name;
    }
}
