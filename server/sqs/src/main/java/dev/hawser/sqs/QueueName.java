package dev.hawser.sqs;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which queue, as an operator writes it.
 *
 * @param name     without account and host
 * @param url      null where only the name was given; then it is looked up
 * @param endpoint of a server that is not Amazon's; null for Amazon's own of the region
 * @param region   null where it was not said; then the SDK has to find it
 */
record QueueName(String name, String url, String endpoint, String region) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\\.fifo");
    private static final Pattern AMAZON = Pattern.compile("sqs\\.([a-z0-9-]+)\\.amazonaws\\.com(\\.cn)?");

    static QueueName of(String where) {
        if (NAME.matcher(where).matches()) {
            return new QueueName(where, null, null, null);
        }
        URI uri;
        try {
            uri = new URI(where);
        } catch (URISyntaxException e) {
            throw malformed();
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (uri.getScheme() == null || !uri.getScheme().matches("https?") || uri.getHost() == null
                || !NAME.matcher(name).matches()) {
            throw malformed();
        }
        Matcher amazon = AMAZON.matcher(uri.getHost());
        return amazon.matches()
                ? new QueueName(name, where, null, amazon.group(1))
                : new QueueName(name, where, uri.getScheme() + "://" + uri.getAuthority(), null);
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("neither the name nor the URL of an SQS queue");
    }

    boolean fifo() {
        return name.endsWith(".fifo");
    }
}
