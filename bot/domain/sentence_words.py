# ruff: noqa: RUF001  each language has letters and marks of its own
"""What the sentences that owners record are made of, by language: frames, months, plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a language says it.

    Attributes:
        own: of one's own voice; with `{date}`, `{owner}` and `{words}`.
        other: of a voice that somebody else asks for; with `{asker}` too.
        date: with `{day}`, `{month}` and `{year}`.
        months: the names of the twelve as a date has them; none where it has their number.
        nobody: stands for a name in which there is nothing to speak.
        words: common ones that are not mistaken for each other, with spaces between.
        comma: stands between them.
        at_most: characters of a sentence that is spoken for a bit over ten seconds.
    """

    own: str
    other: str
    date: str
    months: str
    nobody: str
    words: str
    comma: str = ", "
    at_most: int = 200


_DAY_MONTH_YEAR: Final = "{day} {month} {year}"

_ENGLISH = Tongue(
    own="Today is {date}, I am {owner} and I want my voice cloned: {words}.",
    other="Today is {date}, I am {owner}, and {asker} may clone my voice: {words}.",
    date=_DAY_MONTH_YEAR,
    months=(
        "January February March April May June July August September October November December"
    ),
    nobody="somebody",
    words=(
        "apple anchor basket bridge butter candle carpet castle cherry circle copper cotton "
        "dolphin dragon engine falcon feather forest garden ginger hammer harbour honey island "
        "jacket kettle ladder lantern lemon marble meadow mirror monkey mountain needle orange "
        "paper pepper pillow planet pocket rabbit ribbon river rocket saddle salmon shadow silver "
        "spider summer table thunder tiger tomato valley velvet violin walnut window winter yellow"
    ),
)
_GERMAN = Tongue(
    own="Heute ist der {date}, ich bin {owner} und lasse meine Stimme klonen: {words}.",
    other="Heute ist der {date}, ich bin {owner}, und {asker} darf meine Stimme klonen: {words}.",
    date="{day}. {month} {year}",
    months=("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    nobody="jemand",
    words=(
        "Apfel Anker Birne Blume Brücke Butter Dampfer Drache Eimer Esel Fackel Feder Fenster "
        "Flasche Garten Gabel Glocke Hafen Hammer Honig Insel Jacke Kamel Kerze Kirsche Koffer "
        "Krone Lampe Leiter Löffel Mantel Messer Mühle Nadel Nebel Ofen Orange Papier Pfeffer "
        "Pinsel Quelle Rakete Regen Sattel Schatten Silber Sommer Spiegel Tasche Teppich Tiger "
        "Tomate Treppe Ufer Vogel Wiese Winter Wolke Zebra Zucker"
    ),
)
_FRENCH = Tongue(
    own="Nous sommes le {date}, je suis {owner} et je fais cloner ma voix : {words}.",
    other="Nous sommes le {date}, je suis {owner}, et {asker} peut cloner ma voix : {words}.",
    date=_DAY_MONTH_YEAR,
    months=("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    nobody="quelqu'un",
    words=(
        "abeille ancre arbre bateau beurre bougie bouton brouillard cadeau canard carotte cerise "
        "chaise château cheval citron colline couteau cuisine dauphin dragon échelle église "
        "fenêtre feuille forêt fourmi fromage fusée gâteau girafe guitare herbe horloge jardin "
        "lampe lapin lumière marteau miroir montagne nuage orange orage panier papier plume "
        "poivre pomme prairie rivière ruban sable soleil souris tapis tigre tomate valise violon"
    ),
)
_SPANISH = Tongue(
    own="Hoy es {date}, soy {owner} y quiero clonar mi voz: {words}.",
    other="Hoy es {date}, soy {owner}, y {asker} puede clonar mi voz: {words}.",
    date="{day} de {month} de {year}",
    months=(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ),
    nobody="alguien",
    words=(
        "abeja aguja alfombra ancla árbol arena azúcar ballena bandera barco bosque botella "
        "caballo camino campana canasta castillo cereza ciruela cocina cuchara delfín dragón "
        "escalera espejo estrella flauta fuego guitarra hierba hormiga iglesia invierno isla "
        "jardín ladrillo lámpara limón lluvia madera manzana martillo mercado montaña naranja "
        "nube ovillo panadero papel pimienta plata pluma puente ratón sombra tigre tomate "
        "tortuga ventana violín"
    ),
)
_ITALIAN = Tongue(
    own="Oggi è il {date}, sono {owner} e faccio clonare la mia voce: {words}.",
    other="Oggi è il {date}, sono {owner}, e {asker} può clonare la mia voce: {words}.",
    date=_DAY_MONTH_YEAR,
    months=(
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre"
    ),
    nobody="qualcuno",
    words=(
        "albero ancora anello arancia argento balena barca bosco bottiglia burro cammino campana "
        "candela carota castello cavallo ciliegia collina coltello cucina delfino drago erba "
        "estate farfalla finestra fiume foglia formica fuoco giardino giraffa inverno isola "
        "lampada leone limone luna martello mela mercato montagna nebbia nuvola ombra pane "
        "pepe pioggia ponte sabbia scala sedia specchio stella tappeto tavolo tigre topo "
        "valigia violino"
    ),
)
_PORTUGUESE = Tongue(
    own="Hoje é {date}, sou {owner} e quero clonar a minha voz: {words}.",
    other="Hoje é {date}, sou {owner}, e {asker} pode clonar a minha voz: {words}.",
    date="{day} de {month} de {year}",
    months=(
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
    ),
    nobody="alguém",
    words=(
        "abelha agulha âncora areia árvore açúcar baleia bandeira barco bosque caminho campo "
        "caneta castelo cavalo cebola cereja colher cozinha dragão escada espelho estrela faca "
        "flauta floresta fogo formiga garrafa girafa gaveta ilha inverno janela jardim laranja "
        "lâmpada leite limão luva madeira manteiga martelo mercado montanha nuvem ouro padeiro "
        "papel pimenta pomba ponte prata rato sombra tapete tigre tomate vela violino"
    ),
)
_DUTCH = Tongue(
    own="Vandaag is het {date}, ik ben {owner} en laat mijn stem klonen: {words}.",
    other="Vandaag is het {date}, ik ben {owner}, en {asker} mag mijn stem klonen: {words}.",
    date=_DAY_MONTH_YEAR,
    months=(
        "januari februari maart april mei juni juli augustus september oktober november december"
    ),
    nobody="iemand",
    words=(
        "anker appel bakker berg bloem boter brug dolfijn draak emmer ezel fakkel fles fluit "
        "gember gordijn haven hamer herfst honing hoed jager jurk kaars kameel kasteel kers "
        "keuken konijn koper ladder lamp lepel markt meeuw molen muur naald nevel olifant "
        "oven paard papier peper raket regen schaduw schaap sneeuw spiegel suiker tafel tapijt "
        "tijger tomaat trein vijver vogel winter wolk zilver"
    ),
)
_POLISH = Tongue(
    own="Dziś jest {date}, nazywam się {owner} i chcę sklonować swój głos: {words}.",
    other="Dziś jest {date}, nazywam się {owner}, a {asker} może sklonować mój głos: {words}.",
    date=_DAY_MONTH_YEAR,
    months=(
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
        "listopada grudnia"
    ),
    nobody="ktoś",
    words=(
        "balkon biurko burza butelka chmura cukier cytryna delfin drabina drzewo dywan dzwonek "
        "fala fotel gitara gniazdo góra grzebień gwiazda igła jabłko jezioro kamień kapelusz "
        "koń korona kot krzesło książka kuchnia kwiat lampa las latarnia lustro łódka masło miód "
        "młotek morze motyl mrówka nożyczki obraz ogród okno papier parasol pieprz pociąg "
        "pomidor rakieta rower rzeka srebro statek sweter śnieg tygrys wiosna"
    ),
)
_UKRAINIAN = Tongue(
    own="Сьогодні {date} року, я {owner} і хочу клонувати свій голос: {words}.",
    other="Сьогодні {date} року, я {owner}, і {asker} може клонувати мій голос: {words}.",
    date=_DAY_MONTH_YEAR,
    months=(
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"
    ),
    nobody="хтось",
    words=(
        "береза вежа весна виноград вікно вовк ворона гітара голка гора горіх дерево дзвін дим "
        "дорога дощ дракон жук заєць зима зірка золото калина камінь капелюх картина кіт ключ "
        "книга ковдра корабель кіно кухня лампа ліс ложка масло мед мішок молоток море мурашка "
        "небо ніж озеро олень папір парасоля перець пісок пляшка поїзд ракета річка сад сіль "
        "срібло стіл тигр хмара цукор черешня яблуко"
    ),
)
_RUSSIAN = Tongue(
    own="Сегодня {date} года, я {owner} и хочу клонировать свой голос: {words}.",
    other="Сегодня {date} года, я {owner}, и {asker} может клонировать мой голос: {words}.",
    date=_DAY_MONTH_YEAR,
    months=("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
    nobody="кто-то",
    words=(
        "берёза башня весна виноград ворона гитара голубь гора гроза дерево дождь дорога дракон "
        "дым ёлка заяц звезда зеркало зима золото игла камень капля картина кит ключ книга ковёр "
        "корабль кошка кухня лампа лес лестница ложка масло мёд молоток море муравей небо нож "
        "облако озеро окно олень остров перец песок поезд ракета река сад сахар серебро снег "
        "стол тигр туман уголь флейта шапка яблоко якорь"
    ),
)
_TURKISH = Tongue(
    own="Bugün {date}, ben {owner}, sesimin klonlanmasını istiyorum: {words}.",
    other="Bugün {date}, ben {owner}, {asker} sesimi klonlayabilir: {words}.",
    date=_DAY_MONTH_YEAR,
    months=("Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"),
    nobody="birisi",
    words=(
        "ağaç altın anahtar armut arı ayna bahçe balık bardak bayrak biber bulut çanta çekiç "
        "çiçek çorap dağ defter deniz domates ejderha elma fener fırtına gemi geyik gitar göl "
        "gümüş güneş halı horoz iğne incir kağıt kalem kaplan kar karınca kedi kiraz kitap köprü "
        "kule kuş limon masa merdiven mutfak nehir orman pencere perde rüzgar şapka şeker tavşan "
        "tilki üzüm yaprak yıldız yunus zeytin"
    ),
)
_JAPANESE = Tongue(
    own="今日は{date}、{owner}です。自分の声を複製します。{words}。",
    other="今日は{date}、{owner}です。{asker}さんが私の声を複製してもいいです。{words}。",
    date="{year}年{month}月{day}日",
    months="",
    nobody="だれか",
    words=(
        "りんご みかん さくら たいこ つくえ とけい はさみ かばん くじら きつね うさぎ からす "
        "すずめ いるか かもめ ひまわり もみじ やかん まくら ふとん おにぎり たまご "
        "とうふ わさび だいこん "
        "にんじん きゅうり かぼちゃ すいか ぶどう いちご みずうみ ゆうやけ いなずま ほたる とんぼ "
        "かえる らくだ きりん ひつじ たぬき いかだ はしご かなづち のこぎり えんぴつ ふうせん "
        "てぶくろ くつした ぼうし"
    ),
    comma="、",
    at_most=110,
)
_KOREAN = Tongue(
    own="오늘은 {date}이고, 저는 {owner}입니다. 제 목소리를 복제합니다. {words}.",
    other="오늘은 {date}, 저는 {owner}입니다. {asker} 님은 제 목소리를 복제해도 됩니다. {words}.",
    date="{year}년 {month}월 {day}일",
    months="",
    nobody="누군가",
    words=(
        "사과 포도 수박 딸기 바나나 나무 구름 바다 하늘 호수 다리 기차 나비 고래 토끼 여우 호랑이 "
        "거북이 다람쥐 참새 까치 독수리 오리 코끼리 기린 사자 의자 책상 창문 거울 시계 우산 모자 "
        "장갑 양말 연필 가위 망치 사다리 촛불 베개 이불 접시 냄비 주전자 소금 설탕 후추 버터 치즈 "
        "피아노 기타 바이올린 풍선 로켓 은하수 무지개 번개 안개 눈사람"
    ),
    at_most=110,
)
_CHINESE = Tongue(
    own="今天是{date}，我是{owner}，我要克隆自己的声音：{words}。",
    other="今天是{date}，我是{owner}，{asker}可以克隆我的声音：{words}。",
    date="{year}年{month}月{day}日",
    months="",
    nobody="某人",
    words=(
        "苹果 香蕉 西瓜 葡萄 草莓 樱桃 柠檬 番茄 土豆 胡椒 白糖 黄油 蜂蜜 面包 牛奶 窗户 桌子 椅子 "
        "镜子 雨伞 帽子 手套 铅笔 剪刀 锤子 梯子 蜡烛 枕头 钢琴 吉他 气球 火箭 飞机 火车 大桥 城堡 "
        "森林 河流 湖泊 高山 海洋 云朵 彩虹 闪电 雪花 月亮 星星 蝴蝶 蜜蜂 蚂蚁 兔子 狐狸 老虎 大象 "
        "骆驼 海豚 鲸鱼 乌龟 孔雀 燕子"
    ),
    comma="、",
    at_most=90,
)
_CANTONESE = Tongue(
    own="今日係{date}，我係{owner}，我要克隆自己把聲：{words}。",
    other="今日係{date}，我係{owner}，{asker}可以克隆我把聲：{words}。",
    date="{year}年{month}月{day}日",
    months="",
    nobody="某人",
    words=(
        "蘋果 香蕉 西瓜 提子 檸檬 番茄 薯仔 胡椒 砂糖 牛油 蜜糖 麵包 牛奶 窗簾 書枱 櫈仔 鏡子 雨傘 "
        "帽子 手套 鉛筆 鉸剪 鎚仔 長梯 蠟燭 枕頭 鋼琴 結他 氣球 火箭 飛機 火車 大橋 城堡 森林 河流 "
        "湖泊 高山 海洋 白雲 彩虹 閃電 雪花 月光 星星 蝴蝶 蜜蜂 螞蟻 白兔 狐狸 老虎 大象 駱駝 海豚 "
        "鯨魚 烏龜 孔雀 燕子"
    ),
    comma="、",
    at_most=90,
)

ENGLISH: Final = "English"

TONGUES: Final[Mapping[str, Tongue]] = MappingProxyType(
    {
        ENGLISH: _ENGLISH,
        "German": _GERMAN,
        "French": _FRENCH,
        "Spanish": _SPANISH,
        "Italian": _ITALIAN,
        "Portuguese": _PORTUGUESE,
        "Dutch": _DUTCH,
        "Polish": _POLISH,
        "Ukrainian": _UKRAINIAN,
        "Russian": _RUSSIAN,
        "Turkish": _TURKISH,
        "Japanese": _JAPANESE,
        "Korean": _KOREAN,
        "Chinese": _CHINESE,
        "Chinese,Yue": _CANTONESE,
    }
)
"""By the speech service's names of languages."""
