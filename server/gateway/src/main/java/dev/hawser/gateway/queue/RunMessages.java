package dev.hawser.gateway.queue;

import dev.hawser.core.model.QueueMessage;
import dev.hawser.core.run.Announcements.Announcement;
import dev.hawser.gateway.identity.RunTokens;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * What a consumer is told of an attempt that it may make.
 *
 * @param url where consumers reach this gateway
 */
public record RunMessages(URI url, RunTokens tokens, InstantSource clock) implements Function<Announcement, String> {
    @Override
    public String apply(Announcement announcement) {
        QueueMessage message = new QueueMessage(announcement.run(), announcement.attempt(), clock.instant(),
                TraceParent.of(announcement.run()),
                url.resolve("/v1/runs/" + announcement.run().id().value() + "/events").toString(),
                tokens.issue(announcement.run().key(), announcement.attempt()));
        return Ascii.of(new String(message.json(), StandardCharsets.UTF_8));
    }
}
