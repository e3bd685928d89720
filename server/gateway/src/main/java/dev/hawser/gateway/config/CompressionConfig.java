package dev.hawser.gateway.config;

/**
 * permessage-deflate (RFC 7692) on WebSockets.
 *
 * @param enabled          whether it is offered
 * @param maxInflatedBytes the largest message after inflation, in bytes
 */
public record CompressionConfig(boolean enabled, int maxInflatedBytes) {
    static CompressionConfig read(Section section) {
        return new CompressionConfig(
                section.flag("enabled", false),
                section.integer("maxInflatedBytes", 1_048_576, 256, 64 << 20));
    }
}
