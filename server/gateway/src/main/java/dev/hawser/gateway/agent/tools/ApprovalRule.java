package dev.hawser.gateway.agent.tools;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which tools a person has to allow each call of. Immutable. */
public final class ApprovalRule {
    private final List<Pattern> patterns;

    /** @param names of tools, in which {@code *} stands for any characters */
    public ApprovalRule(List<String> names) {
        patterns = names.stream().map(ApprovalRule::pattern).toList();
    }

    public boolean asksFor(String tool) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(tool).matches());
    }

    private static Pattern pattern(String name) {
        return Pattern.compile(Arrays.stream(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }
}
