package dev.hawser.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPatchTest {
    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'a':1} | [] | {'a':1}",
        "{'a':1} | [{'op':'add','path':'/b','value':2}] | {'a':1,'b':2}",
        "{'a':1} | [{'op':'add','path':'/a','value':null}] | {'a':null}",
        "{'a':1} | [{'op':'add','path':'','value':[1]}] | [1]",
        "{'a':1} | [{'op':'replace','path':'','value':7}] | 7",
        "{'a':[1,2]} | [{'op':'add','path':'/a/1','value':9}] | {'a':[1,9,2]}",
        "{'a':[1,2]} | [{'op':'add','path':'/a/-','value':9},{'op':'add','path':'/a/3','value':0}] | {'a':[1,2,9,0]}",
        "{'a':[1,2]} | [{'op':'remove','path':'/a/0'},{'op':'replace','path':'/a/0','value':{'b':1}}] | {'a':[{'b':1}]}",
        "{'a':{'b':{'c':1}}} | [{'op':'remove','path':'/a/b/c'}] | {'a':{'b':{}}}",
        "{'a':{'b':1},'c':[0]} | [{'op':'move','from':'/a/b','path':'/c/0'}] | {'a':{},'c':[1,0]}",
        "[1,2,3] | [{'op':'move','from':'/0','path':'/2'}] | [2,3,1]",
        "{'a':1} | [{'op':'move','from':'/a','path':'/a'}] | {'a':1}",
        "{'a':{'b':1}} | [{'op':'copy','from':'/a','path':'/c'},{'op':'replace','path':'/c/b','value':2}] | {'a':{'b':1},'c':{'b':2}}",
        "{'a':1} | [{'op':'test','path':'/a','value':1.0},{'op':'test','path':'','value':{'a':1}}] | {'a':1}",
        "{'a/b':1,'m~n':2,'':3} | [{'op':'remove','path':'/a~1b'},{'op':'remove','path':'/m~0n'},{'op':'remove','path':'/'}] | {}",
        "{'~1':1} | [{'op':'remove','path':'/~01'}] | {}",
    })
    void doesWhatItSays(String value, String patch, String expected) {
        JsonNode before = json(value);
        assertThat(JsonPatch.apply(before, json(patch), _ -> true)).contains(json(expected));
        assertThat(before).as("what it was applied to").isEqualTo(json(value));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{} | {}", "{} | [1]", "{} | [{}]", "{} | [{'op':'burn','path':'/a'}]", "{} | [{'op':'add','path':'/a'}]",
        "{} | [{'op':'add','value':1}]", "{} | [{'op':'add','path':'a','value':1}]", "{} | [{'op':'add','path':1,'value':1}]",
        "{} | [{'op':'add','path':'/a/b','value':1}]", "{} | [{'op':'replace','path':'/a','value':1}]",
        "{} | [{'op':'remove','path':'/a'}]", "{} | [{'op':'remove','path':''}]", "{} | [{'op':'add','path':'/~2','value':1}]",
        "{} | [{'op':'add','path':'/~','value':1}]", "{} | [{'op':'add','path':'/a\\n~2','value':1}]",
        "[1] | [{'op':'add','path':'/2','value':1}]",
        "[1] | [{'op':'replace','path':'/1','value':1}]", "[1] | [{'op':'replace','path':'/-','value':1}]",
        "[1] | [{'op':'remove','path':'/01'}]", "[1] | [{'op':'remove','path':'/a'}]", "[1] | [{'op':'remove','path':'/-1'}]",
        "[1] | [{'op':'remove','path':'/99999999999'}]", "[[1]] | [{'op':'add','path':'/-/0','value':1}]",
        "1 | [{'op':'add','path':'/a','value':1}]", "{'a':1} | [{'op':'copy','from':'/b','path':'/c'}]",
        "{'a':1} | [{'op':'copy','path':'/c'}]", "{'a':{}} | [{'op':'move','from':'/a','path':'/a/b'}]",
        "{'a':1} | [{'op':'test','path':'/a','value':2}]", "{'a':1} | [{'op':'test','path':'/a'}]",
        "{'a':1} | [{'op':'test','path':'/a','value':'1'}]", "{'a':1} | [{'op':'remove','path':'/a'},{'op':'remove','path':'/a'}]",
    })
    void whatDoesNotFitChangesNothing(String value, String patch) {
        assertThat(JsonPatch.apply(json(value), json(patch), _ -> true)).isEmpty();
    }

    @Test
    void isBounded() {
        ArrayNode patch = Json.MAPPER.createArrayNode();
        for (int i = 0; i < JsonPatch.MAX_OPERATIONS; i++) {
            patch.add(json("{'op':'add','path':'/a','value':1}"));
        }
        assertThat(JsonPatch.apply(json("{}"), patch, _ -> true)).contains(json("{'a':1}"));
        assertThat(JsonPatch.apply(json("{}"), patch.add(patch.get(0)), _ -> true)).isEmpty();
        assertThat(JsonPatch.apply(json("{}"), json("[{'op':'add','path':'/a','value':1}]"), _ -> false)).isEmpty();
        String deep = "/0".repeat(JsonPatch.MAX_PATH + 1);
        assertThat(JsonPatch.apply(json("[".repeat(30) + "1" + "]".repeat(30)),
                json("[{'op':'replace','path':'" + deep + "','value':1}]"), _ -> true)).isEmpty();
    }
}
